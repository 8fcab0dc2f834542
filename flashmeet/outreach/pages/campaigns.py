"""Campaigns: which there are, what became of each person, and how one is paused, resumed or ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from flashmeet.core.database.session import Database
from flashmeet.core.numbers import number_or_none
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_day, display_tzid
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.acts import Act
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.pages.confirming import ending_campaign
from flashmeet.outreach.queries import campaigns, counts_of, people_of, written_on
from flashmeet.outreach.rules.campaigns import CampaignKind, PersonState
from flashmeet.outreach.rules.segments import Segment
from flashmeet.outreach.service.campaigns import (
    campaign_of,
    change_campaign,
    mails_left,
    sending_hours,
)
from flashmeet.outreach.wording import KINDS, OPENINGS, PEOPLE, STATES

bp = Blueprint("admin_outreach", __name__)

A_PAGE, A_BATCH = 50, 500
WORDS: dict[str, str] = {str(each): said for words in (KINDS, STATES, PEOPLE, OPENINGS) for each, said in words.items()}


@bp.app_template_filter()
def outreach_words(fact: str) -> str:
    """Says a campaign's kind or state, an opening, or what became of a person."""
    return str(gettext(WORDS[fact]))


@bp.get("/admin/outreach")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        return render_template(
            "outreach/campaigns.html",
            campaigns=campaigns(db, kinds=tuple(CampaignKind)),
            written=written_on(db, sending_hours(db).day(now())),
            ceiling=setting(db, CAMPAIGN_MAILS),
        )


@dataclass(frozen=True, slots=True)
class PeopleQuery:
    """The part of a campaign's people that is looked at, and after which of them the page begins."""

    state: PersonState | None
    after: int

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> PeopleQuery:
        said = fields.get("state", "")
        return cls(
            next((each for each in PersonState if each == said), None), number_or_none(fields.get("after", "")) or 0
        )


@bp.get("/admin/outreach/<int:campaign_id>")
@access("administrator")
def one(campaign_id: int) -> ResponseReturnValue:
    """Shows what became of the campaign's people. Raises NotFound."""
    asked = PeopleQuery.parse(request.args)
    with reading() as db:
        campaign = campaign_of(db, campaign_id)
        found = people_of(db, campaign, asked.state, now=now(), after=asked.after, limit=A_PAGE + 1)
        return render_template(
            "outreach/campaign.html",
            campaign=campaign,
            segment=Segment.parse(campaign.fields),
            counts=counts_of(db, campaign, now=now()),
            states=_states_of(campaign),
            left=mails_left(db, campaign),
            asked=asked,
            people=found[:A_PAGE],
            next_after=found[A_PAGE - 1][0].id if len(found) > A_PAGE else 0,
            first_at=sending_hours(db).next_open(max(campaign.start_at, now())),
        )


def _states_of(campaign: Campaign) -> list[PersonState]:
    only_invited = (PersonState.CAME, PersonState.SILENT)
    return [each for each in PEOPLE if campaign.kind == CampaignKind.INVITATION or each not in only_invited]


COLUMNS = ("name", "email", "phone", "roles", "graduation_year", "state", "mails", "last_mail")


@bp.get("/admin/outreach/<int:campaign_id>/people.csv", defaults={"ending": "csv"})
@bp.get("/admin/outreach/<int:campaign_id>/people.xlsx", defaults={"ending": "xlsx"})
@access("administrator", fresh=True)
@records(Act.CAMPAIGN_EXPORTED)
def people_table(campaign_id: int, ending: str) -> ResponseReturnValue:
    """Returns the people of that state, to follow up by other means. Raises NotFound."""
    state = PeopleQuery.parse(request.args).state
    with reading() as db:
        campaign_of(db, campaign_id)
    rows = _rows(services().database, campaign_id, state, tzid=display_tzid(), at=now())
    return table_file(rows, name=f"outreach-{campaign_id}-{display_day()}", ending=ending)


def _rows(
    database: Database, campaign_id: int, state: PersonState | None, *, tzid: str, at: datetime
) -> Iterator[tuple[object, ...]]:
    """Yields the rows; each batch is a read of its own, since the file is written while it is sent."""
    after = 0
    yield COLUMNS
    while True:
        with database.reading() as db:
            found = people_of(db, campaign_of(db, campaign_id), state, now=at, after=after, limit=A_BATCH)
            rows = [
                (
                    who.name,
                    who.email,
                    who.phone or "",
                    ";".join(who.roles),
                    who.graduation_year or "",
                    str(what),
                    person.writes,
                    str(local_date(person.written_at, tzid)) if person.writes and person.written_at else "",
                )
                for person, who, what in found
            ]
        yield from rows
        if len(found) < A_BATCH:
            return
        after = found[-1][0].id


@bp.post("/admin/outreach/<int:campaign_id>/change")
@access("administrator")
@asks_first(ending_campaign)
@records(Act.CAMPAIGN_CHANGED)
def change(campaign_id: int) -> ResponseReturnValue:
    """Pauses, resumes or ends the campaign. Raises NotFound, BadInput."""
    with writing() as db:
        campaign = change_campaign(db, campaign_id, request.form.get("act", ""), now=now())
        note_for_record(f"{campaign_id} {campaign.state}")
    return redirect(url_for("admin_outreach.one", campaign_id=campaign_id), 303)
