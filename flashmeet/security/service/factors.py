"""A member's second factors: adding, using and removing them.

`Member.factor_at` says whether there is one, so that every request knows it; it is kept here alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from flashmeet.core.errors import LastFactor, NotFound, WrongFactor
from flashmeet.core.secrets import hashed
from flashmeet.core.vault import Vault
from flashmeet.identity.models import Member
from flashmeet.identity.service.revoke import lock_member
from flashmeet.security.models import AuthenticatorApp, FactorChallenge, Passkey, RecoveryCode
from flashmeet.security.rules.factors import (
    RECOVERY_CODES,
    FactorKind,
    Purpose,
    is_app_code,
    matching_step,
    new_app_secret,
    new_recovery_code,
    read_recovery_code,
)
from flashmeet.security.service.challenges import close_challenge, open_challenge, open_one
from flashmeet.security.service.notices import record_codes, tell_added, tell_recovered, tell_removed, tell_reset

_SECRET = "secret"  # noqa: S105  # the name of a field in the vault


@dataclass(frozen=True, slots=True)
class Factors:
    """What a member has: an app or none, passkeys, and recovery codes that are left."""

    app: AuthenticatorApp | None
    passkeys: Sequence[Passkey]
    codes_left: int


def factors_of(db: Session, member_id: int) -> Factors:
    passkeys = db.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)).all()
    return Factors(db.get(AuthenticatorApp, member_id), passkeys, codes_left(db, member_id))


def codes_left(db: Session, member_id: int) -> int:
    live = select(func.count()).select_from(RecoveryCode)
    return db.scalar(live.where(RecoveryCode.member_id == member_id, RecoveryCode.used_at.is_(None))) or 0


def begin_app(db: Session, member_id: int, *, vault: Vault, now: datetime) -> str:
    """Makes the secret of an app to be added; returns the nonce of the challenge that its first code answers."""
    return open_challenge(db, member_id, Purpose.APP, secret=vault.shut({_SECRET: new_app_secret()}), now=now)


def secret_being_added(db: Session, nonce: str, member_id: int, *, vault: Vault, now: datetime) -> str | None:
    """Returns the secret to show; None when it was not begun here, or too long ago."""
    found = open_one(db, nonce, Purpose.APP, now=now)
    return None if found is None or found.member_id != member_id else _opened(vault, found.secret)


def add_app(db: Session, member: Member, challenge_id: int, typed: str, *, vault: Vault, now: datetime) -> list[str]:
    """Adds the app whose code was typed, in place of a former one; returns recovery codes if it is the first factor.

    Raises WrongFactor.
    """
    lock_member(db, member.id)
    asked = db.get_one(FactorChallenge, challenge_id)
    step = matching_step(_opened(vault, asked.secret), typed, now=now)
    if asked.member_id != member.id or step is None:
        raise WrongFactor
    close_challenge(db, challenge_id, now=now)
    db.execute(delete(AuthenticatorApp).where(AuthenticatorApp.member_id == member.id))
    db.add(AuthenticatorApp(member_id=member.id, secret=asked.secret, last_step=step, created_at=now))
    db.flush()
    tell_added(db, member, FactorKind.APP, now=now)
    return note_added(db, member, now=now)


def note_added(db: Session, member: Member, *, now: datetime) -> list[str]:
    """Notes that the member has a factor; returns recovery codes if they had none."""
    if member.factor_at is not None:
        return []
    member.factor_at = now
    return make_recovery_codes(db, member, now=now)


def check_typed(db: Session, member_id: int, typed: str, *, vault: Vault, now: datetime) -> None:
    """Uses up the code of the member's app, or a recovery code. Raises WrongFactor."""
    if is_app_code(typed):
        _use_app_code(db, member_id, typed, vault=vault, now=now)
    else:
        _use_recovery_code(db, member_id, typed, now=now)


def _use_app_code(db: Session, member_id: int, typed: str, *, vault: Vault, now: datetime) -> None:
    app = db.get(AuthenticatorApp, member_id)
    step = None if app is None else matching_step(_opened(vault, app.secret), typed, now=now)
    if step is None:
        raise WrongFactor
    used = db.scalar(
        update(AuthenticatorApp)
        .where(AuthenticatorApp.member_id == member_id, AuthenticatorApp.last_step < step)
        .values(last_step=step)
        .returning(AuthenticatorApp.member_id)
    )
    if used is None:
        raise WrongFactor


def _use_recovery_code(db: Session, member_id: int, typed: str, *, now: datetime) -> None:
    code_hash = hashed(read_recovery_code(typed))
    used = db.scalar(
        update(RecoveryCode)
        .where(RecoveryCode.member_id == member_id, RecoveryCode.code_hash == code_hash, RecoveryCode.used_at.is_(None))
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    if used is None:
        raise WrongFactor
    tell_recovered(db, db.get_one(Member, member_id), codes_left(db, member_id), now=now)


def make_recovery_codes(db: Session, member: Member, *, now: datetime) -> list[str]:
    """Makes ten new codes and forgets the former ones. They are shown once. Raises WrongFactor without a factor."""
    if member.factor_at is None:
        raise WrongFactor
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    codes = [new_recovery_code() for _ in range(RECOVERY_CODES)]
    db.add_all(RecoveryCode(member_id=member.id, code_hash=hashed(code)) for code in codes)
    db.flush()
    record_codes(db, member, now=now)
    return codes


def remove_app(db: Session, member: Member, *, required: bool, now: datetime) -> None:
    """Raises NotFound; LastFactor to an administrator who needs one."""
    lock_member(db, member.id)
    app = db.get(AuthenticatorApp, member.id)
    if app is None:
        raise NotFound
    db.delete(app)
    _note_removed(db, member, required=required)
    tell_removed(db, member, FactorKind.APP, now=now)


def remove_passkey(db: Session, member: Member, passkey_id: int, *, required: bool, now: datetime) -> None:
    """Raises NotFound; LastFactor to an administrator who needs one."""
    lock_member(db, member.id)
    passkey = db.get(Passkey, passkey_id)
    if passkey is None or passkey.member_id != member.id:
        raise NotFound
    db.delete(passkey)
    _note_removed(db, member, required=required)
    tell_removed(db, member, FactorKind.PASSKEY, passkey.name, now=now)


def _note_removed(db: Session, member: Member, *, required: bool) -> None:
    db.flush()
    left = factors_of(db, member.id)
    if left.app is not None or left.passkeys:
        return
    if required and member.runs_network:
        raise LastFactor
    member.factor_at = None
    db.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))


def reset_factors(db: Session, member: Member, *, by: int | None, now: datetime) -> None:
    """Removes every factor and recovery code of a member who lost them; `by` is the administrator who did it."""
    had_one = member.factor_at is not None
    forget_factors(db, member)
    if had_one:
        tell_reset(db, member, by, now=now)


def remove_factors_since(db: Session, member: Member, since: datetime, *, now: datetime) -> None:
    """Removes the factors that were added from `since` on, by somebody else: the member did without them before."""
    lock_member(db, member.id)
    for kind, table in ((FactorKind.APP, AuthenticatorApp), (FactorKind.PASSKEY, Passkey)):
        for added in db.scalars(select(table).where(table.member_id == member.id, table.created_at >= since)).all():
            db.delete(added)
            tell_removed(db, member, kind, added.name if isinstance(added, Passkey) else "", now=now)
    db.execute(delete(FactorChallenge).where(FactorChallenge.member_id == member.id))
    _note_removed(db, member, required=False)


def forget_factors(db: Session, member: Member) -> None:
    """Deletes all that is known of the member's factors."""
    for kind in (AuthenticatorApp, Passkey, RecoveryCode, FactorChallenge):
        db.execute(delete(kind).where(kind.member_id == member.id))
    member.factor_at = None
    db.flush()


def _opened(vault: Vault, shut: str) -> str:
    """Returns an app’s secret. Raises WrongFactor when the key that shut it is lost; a recovery code still works."""
    try:
        return vault.open(shut)[_SECRET]
    except ValueError as error:
        raise WrongFactor from error
