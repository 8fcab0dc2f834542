"""Tells the person, and the record of security, what has happened to their second factors."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.core.secrets import new_secret
from flashmeet.identity.acts import Act, Audited
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import security_happened
from flashmeet.messages.outbox.write import mail
from flashmeet.security.rules.factors import FactorKind
from flashmeet.security.rules.messages import FACTOR_ADDED, FACTOR_REMOVED, FACTORS_RESET, RECOVERY_CODE_USED


def tell_added(db: Session, member: Member, factor: FactorKind, name: str = "", *, now: datetime) -> None:
    _record(db, Act.FACTOR_ADDED, member, member.id, factor.value, now=now)
    mail(
        db,
        member.id,
        FACTOR_ADDED.saying({"factor": factor.value, "label": name, "at": now.isoformat()}),
        _subject(),
        now=now,
    )


def tell_removed(db: Session, member: Member, factor: FactorKind, name: str = "", *, now: datetime) -> None:
    _record(db, Act.FACTOR_REMOVED, member, member.id, factor.value, now=now)
    mail(
        db,
        member.id,
        FACTOR_REMOVED.saying({"factor": factor.value, "label": name, "at": now.isoformat()}),
        _subject(),
        now=now,
    )


def tell_recovered(db: Session, member: Member, left: int, *, now: datetime) -> None:
    _record(db, Act.RECOVERY_CODE_USED, member, member.id, "", now=now)
    mail(db, member.id, RECOVERY_CODE_USED.saying({"left": left, "at": now.isoformat()}), _subject(), now=now)


def tell_reset(db: Session, member: Member, by: int | None, *, now: datetime) -> None:
    """Tells of a reset by another administrator, or by the server's command line: `by` is None."""
    _record(db, Act.FACTORS_RESET, member, by, "", now=now)
    mail(db, member.id, FACTORS_RESET.saying({"at": now.isoformat()}), _subject(), now=now)


def record_codes(db: Session, member: Member, *, now: datetime) -> None:
    _record(db, Act.RECOVERY_CODES_MADE, member, member.id, "", now=now)


def record_refusal(db: Session, member_id: int, *, now: datetime) -> None:
    """Records that somebody who had the mailbox, or the browser, gave a wrong answer."""
    security_happened(db, Audited(act=Act.FACTOR_REFUSED, by=None, to=member_id), now)


def _record(db: Session, act: Act, member: Member, by: int | None, about: str, *, now: datetime) -> None:
    security_happened(db, Audited(act=act, by=by, to=member.id, about=about), now)


def _subject() -> str:
    return f"factor:{new_secret()}"
