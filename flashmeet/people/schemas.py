"""API schemas of the caller, mentors and terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from flashmeet.core.text import in_language
from flashmeet.http.api.fields import AskedId, Id, Instant, QueryModel, Sent, Text
from flashmeet.identity.models import Member
from flashmeet.people.models import Terms, TermsAcceptance
from flashmeet.themes.schemas import ThemeRef
from flashmeet.themes.service import KnownTheme


class MeOut(BaseModel):
    id: Id
    email: str
    first_name: str
    last_name: str
    roles: list[str] = Field(examples=[["mentee", "mentor"]])
    approved: bool
    tzid: str
    locale: str


def me_out(member: Member) -> MeOut:
    return MeOut(
        id=member.id,
        email=member.email,
        first_name=member.first_name,
        last_name=member.last_name,
        roles=member.roles,
        approved=member.approved,
        tzid=member.tzid,
        locale=member.locale,
    )


class MentorPath(QueryModel):
    mentor_id: AskedId


class MentorsQuery(QueryModel):
    theme: Text | None = Field(default=None, description="Id, slug, or a name or synonym in any language.")
    q: Text | None = Field(default=None, description="Words of name, headline, company or sector.")
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Text | None = Field(default=None, description="`next_cursor` of the page before.")


class OfferOut(ThemeRef):
    proof: str = Field(description="One line that says why this mentor.")


class MentorOut(BaseModel):
    id: Id
    name: str
    first_name: str
    last_name: str
    headline: str
    company: str
    sector: str
    graduation_year: int | None
    languages: list[str]
    tzid: str
    themes: list[OfferOut]


class MentorsOut(BaseModel):
    items: list[MentorOut]
    next_cursor: str | None


def mentor_out(mentor: Member, themes: Mapping[int, KnownTheme], locale: str) -> MentorOut:
    """`themes` are the active ones by id; others are left out."""
    offers = [(themes[offer.theme_id], offer.proof) for offer in mentor.offers if offer.theme_id in themes]
    return MentorOut(
        id=mentor.id,
        name=mentor.name,
        first_name=mentor.first_name,
        last_name=mentor.last_name,
        headline=mentor.headline,
        company=mentor.company,
        sector=mentor.sector,
        graduation_year=mentor.graduation_year,
        languages=list(mentor.languages),
        tzid=mentor.tzid,
        themes=[
            OfferOut(id=theme.id, slug=theme.slug, name=theme.name(locale), proof=proof) for theme, proof in offers
        ],
    )


class TermsIn(Sent):
    version: int = Field(ge=1, le=1_000_000)


class TermsVersionOut(BaseModel):
    """One version in the caller's language; accepting it means accepting every commitment."""

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
            text=in_language(terms.texts, locale),
            commitments=[in_language(words, locale) for words in terms.commitments],
        )


class TermsOut(BaseModel):
    in_force: TermsVersionOut | None
    announced: TermsVersionOut | None
    accepted: int | None = Field(description="The newest version that the caller accepted.")


class AcceptanceOut(BaseModel):
    """The stored proof of an acceptance."""

    version: int
    sha256: str = Field(description="Of the text and commitments as they were shown.")
    locale: str
    accepted_at: Instant

    @classmethod
    def of(cls, proof: TermsAcceptance) -> AcceptanceOut:
        return cls(version=proof.version, sha256=proof.sha256, locale=proof.locale, accepted_at=proof.accepted_at)
