"""Terms of use and their acceptance."""

from __future__ import annotations

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Instant, Sent
from flashmeet.people.models.terms import Terms, TermsAcceptance
from flashmeet.people.rules.terms import spoken


class TermsIn(Sent):
    version: int = Field(ge=1, le=1_000_000)


class TermsVersionOut(BaseModel):
    """One version in the caller's language; accepting it means every commitment."""

    version: int
    in_force_at: Instant
    text: str
    commitments: list[str]

    @classmethod
    def of(cls, terms: Terms | None, locale: str) -> TermsVersionOut | None:
        if terms is None:
            return None
        return cls(
            version=terms.version,
            in_force_at=terms.in_force_at,
            text=spoken(terms.texts, locale),
            commitments=[spoken(words, locale) for words in terms.commitments],
        )


class TermsOut(BaseModel):
    in_force: TermsVersionOut | None
    announced: TermsVersionOut | None
    accepted: int | None = Field(description="The newest version that the caller accepted.")


class AcceptanceOut(BaseModel):
    """The proof that is kept."""

    version: int
    sha256: str = Field(description="Of the text and commitments as they were shown.")
    locale: str
    accepted_at: Instant

    @classmethod
    def of(cls, proof: TermsAcceptance) -> AcceptanceOut:
        return cls(version=proof.version, sha256=proof.sha256, locale=proof.locale, accepted_at=proof.accepted_at)
