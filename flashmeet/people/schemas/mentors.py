"""Mentors, as members see them: never an address or a phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Asked, AskedId, Id, Text
from flashmeet.identity.models.member import Member
from flashmeet.themes.models.theme import Theme
from flashmeet.themes.schemas.themes import ThemeRef


class MentorPath(Asked):
    mentor_id: AskedId


class MentorsAsked(Asked):
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


def mentor_out(mentor: Member, themes: Mapping[int, Theme], locale: str) -> MentorOut:
    """`themes` are the active ones by id: only those are shown."""
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
