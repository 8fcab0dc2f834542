"""What the record of security names: acts of administrators, and what members do with their own account.

A use case or a page calls `identity.service.events.security_happened` in the unit of work of the act; `flashmeet.audit`
writes the line. Whoever adds an act says here what the record calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flashmeet.core.text import mark


class Act(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_REFUSED = "factor_refused"
    FACTORS_RESET = "factors_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOKEN_MADE = "token_made"  # noqa: S105  # the name of an act
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  # the name of an act
    LINK_RENEWED = "link_renewed"
    ADDRESS_CHANGED = "address_changed"
    COPY_ASKED = "copy_asked"
    COPY_TAKEN = "copy_taken"
    ERASURE_ASKED = "erasure_asked"
    ERASED = "erased"


LABELS: dict[Act, str] = {
    Act.SIGNED_IN: mark("Signed in"),
    Act.SIGN_IN_REFUSED: mark("Sign-in refused"),
    Act.SIGNED_OUT: mark("Signed out"),
    Act.SIGNED_OUT_EVERYWHERE: mark("Signed out everywhere"),
    Act.FACTOR_ADDED: mark("Second factor added"),
    Act.FACTOR_REMOVED: mark("Second factor removed"),
    Act.FACTOR_REFUSED: mark("Second factor refused"),
    Act.FACTORS_RESET: mark("Second factors reset"),
    Act.RECOVERY_CODES_MADE: mark("Recovery codes made"),
    Act.RECOVERY_CODE_USED: mark("Recovery code used"),
    Act.TOKEN_MADE: mark("API token made"),
    Act.TOKEN_REVOKED: mark("API token revoked"),
    Act.LINK_RENEWED: mark("Personal link renewed"),
    Act.ADDRESS_CHANGED: mark("Mail address changed"),
    Act.COPY_ASKED: mark("Copy of personal data asked for"),
    Act.COPY_TAKEN: mark("Copy of personal data taken"),
    Act.ERASURE_ASKED: mark("Erasure asked for"),
    Act.ERASED: mark("Member erased"),
}
"""What the record calls each act."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An act for the record.

    `by` is the member who did it, None where nobody was signed in or the server's command line did it; `to` is the
    member whom it concerns, who may be the same. `about` says in short what it concerned: a setting's key, the name of
    a token, counts; never a secret, and no personal data, since the record cannot be changed.
    """

    act: Act
    by: int | None = None
    to: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: the range of the address (IPv4 /24, IPv6 /64), and the browser in short."""

    network: str
    browser: str
