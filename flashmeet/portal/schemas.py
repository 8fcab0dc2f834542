"""A need in the API: the themes that it is nearest to."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import QueryModel, Text, one_of
from flashmeet.requests.schemas import SeriesField
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.themes.schemas import ThemeRef


class Fit(StrEnum):
    ABOUT = "about"  # what the need is about
    NEAR = "near"
    OTHER = "other"  # words say little: one with many hours


class NeedQuery(QueryModel):
    need: Annotated[Text, Field(min_length=1, max_length=2_000)] = Field(
        description="In the caller's own words, in French or English.", examples=["Relire les statuts de ma start-up"]
    )


class NearTheme(BaseModel):
    theme: ThemeRef
    fit: Annotated[Fit, one_of(Fit, "Fit")] = Field(
        description="about: what the need is about; near: perhaps; other: one with many hours, where words say little."
    )
    open_hours: int = Field(description="Free hours of the theme within seven days; with more_hours, at least so many.")
    more_hours: bool = Field(description="Whether there are too many hours to count.")


class NearestThemesOut(BaseModel):
    """At most three themes, the nearest first."""

    items: list[NearTheme]
    sure: bool = Field(description="Whether the first is what the need is about.")
    relation: Annotated[Relation, one_of(Relation, "Relation")] | None = Field(
        description="Whom the words ask to meet: peer or reverse (somebody younger); to be confirmed, never assumed."
    )
    series: SeriesField | None = Field(description="The series that the words ask for; to be confirmed, too.")
