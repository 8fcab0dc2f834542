"""Whether the caller has shown enough: a second factor for administrators, and a fresh proof before what matters most.

Both are asked for where `Config.second_factor_required` says so; who has a factor is asked for it everywhere.
"""

from __future__ import annotations

from datetime import timedelta

from flashmeet.http.admission.identity import Viewer
from flashmeet.http.services import now, services
from flashmeet.identity.service.grace import begin_grace

FRESH = timedelta(minutes=15)
"""How long a proof counts."""


def lacks_factor(who: Viewer) -> bool:
    """Whether an administrator needs a second factor now. Their days of grace begin when they first enter."""
    if who.factor or not services().config.second_factor_required:
        return False
    if who.factor_due_at is None:
        with services().database.writing() as db:
            begin_grace(db, who.member_id, now=now())
        return False
    return who.factor_due_at <= now()


def lacks_proof(who: Viewer) -> bool:
    """Whether the last proof in this browser is too old. An API token does what it was made for."""
    if who.token_id is not None or not (who.factor or services().config.second_factor_required):
        return False
    return who.proved_at is None or who.proved_at <= now() - FRESH
