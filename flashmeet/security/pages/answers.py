"""What a form with a second factor carries: the code of an app, a recovery code, or a passkey's answer."""

from __future__ import annotations

from flask import request
from sqlalchemy.orm import Session

from flashmeet.core.errors import WrongFactor
from flashmeet.core.limits import Limit
from flashmeet.core.vault import VAULT
from flashmeet.http.services import now, service
from flashmeet.identity.models import Member
from flashmeet.security.models import FactorChallenge
from flashmeet.security.rules.passkeys import PASSKEYS
from flashmeet.security.service.factors import check_typed
from flashmeet.security.service.passkeys import use_passkey

FACTOR_TRIES = Limit(name="factor", most=10, seconds=3600)
"""Answers with a second factor by one member: a guesser of app codes has a chance of 1 in 33,000 an hour."""


def check_answer(db: Session, member: Member, asked: FactorChallenge | None) -> None:
    """Checks what the form carries, and uses it up; a passkey signed the challenge `asked`. Raises WrongFactor."""
    answer = request.form.get("credential", "")
    if not answer:
        check_typed(db, member.id, request.form.get("code", "")[:40], vault=service(VAULT), now=now())
    elif asked is None:
        raise WrongFactor
    else:
        use_passkey(db, member, asked.secret, answer, check=service(PASSKEYS), now=now())
