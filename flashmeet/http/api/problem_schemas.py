"""The schema of a refusal (RFC 9457), and how operations declare theirs."""

from __future__ import annotations

from http import HTTPStatus

from flask_openapi.models.media_type import MediaType
from flask_openapi.models.response import Response
from flask_openapi.types import ResponseDict
from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Id, Instant, QueryModel

MEDIA_TYPE = "application/problem+json"


class FieldProblem(BaseModel):
    field: str = Field(examples=["policy.notice_minutes"])
    code: str
    message: str


class ClashOut(BaseModel):
    """What the caller already has at that hour."""

    id: Id
    starts_at: Instant
    ends_at: Instant


class Problem(BaseModel):
    model_config = QueryModel.model_config | {"extra": "allow"}

    type: str = Field(json_schema_extra={"format": "uri"})
    title: str
    status: int
    code: str = Field(description="Stable; meant for programs.", examples=["slot_taken"])
    detail: str = Field(description="A sentence in the caller's language.")
    errors: list[FieldProblem] | None = Field(default=None, description="With 422: which fields, and why.")
    alternatives: list[SlotOut] | None = Field(
        default=None, description="With slot_taken: hours that are free for both."
    )
    booking: ClashOut | None = Field(default=None, description="With you_are_busy, where it is known.")


EVERYWHERE = {
    400: "unreadable",
    401: "not_signed_in",
    422: "unknown_field, missing, bad_date, bad_time, out_of_range, too_long, off_the_quarter, invalid",
    429: "too_many_requests; `Retry-After` says when to come again",
    503: "busy, unavailable; `Retry-After` says when to come again",
}
WRITING = {
    403: "read_only; terms_required, with the `version` to accept",
    404: "not_found: no such thing, or not the caller's",
    413: "the body is too large",
    415: "the body is not application/json",
}


def telling(codes: dict[int, str]) -> ResponseDict:
    """Returns the response descriptions of an operation's refusals: the codes of each status."""
    reference = MediaType.model_validate({"schema": {"$ref": "#/components/schemas/Problem"}})
    return {
        str(status): Response(description=f"{HTTPStatus(status).phrase}: {words}", content={MEDIA_TYPE: reference})
        for status, words in codes.items()
    }


class SlotOut(BaseModel):
    mentor_id: Id
    mentor_name: str
    starts_at: Instant
    ends_at: Instant
    local_start: str = Field(
        description="The wall time in `tz`, with its offset.", examples=["2027-02-10T15:00:00+01:00"]
    )
    tz: str = Field(examples=["Europe/Paris"])
    clashes: bool | None = Field(
        default=None,
        exclude_if=lambda told: told is None,
        description="With `own_calendar=tell`: whether the caller's own calendars have something else then.",
    )
    reasons: list[str] | None = Field(
        default=None,
        exclude_if=lambda told: told is None,
        description="With `order=best`: why this mentor fits, most telling first; empty where nothing is known. Any of "
        "theme, near, words, relation, soon, rested, sector, language, company, stale (their profile is old).",
        examples=[["theme", "near", "soon"]],
    )
