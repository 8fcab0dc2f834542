"""Pages of invitations: whom they reach and what they say, before; what became of each person, after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.core.database.session import Database
from flashmeet.core.errors import BadInput, NobodyChosen, Refusal
from flashmeet.core.numbers import number_or_none
from flashmeet.core.secrets import new_secret
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import setting
from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_day, display_locale, display_tzid, network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import now, reading, services, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import Preview
from flashmeet.outreach.models import Campaign
from flashmeet.outreach.pages.confirming import ending_campaign
from flashmeet.outreach.pages.previews import preview
from flashmeet.outreach.queries import campaigns, counts_of, people_of, written_on
from flashmeet.outreach.rules.campaigns import CampaignKind, InvitationWords, PersonState
from flashmeet.outreach.rules.segments import Segment, SegmentRole
from flashmeet.outreach.service.campaigns import (
    Reach,
    campaign_of,
    change_campaign,
    mails_left,
    reach_of,
    sending_hours,
    start_campaign,
)
from flashmeet.outreach.service.messages import invitation, open_themes
from flashmeet.outreach.wording import KINDS, OPENINGS, PEOPLE, STATES
from flashmeet.themes.service import themes_by_name

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


@bp.get("/admin/outreach/new")
@access("administrator")
def new() -> ResponseReturnValue:
    """Shows whom an invitation reaches, how long it takes, and how each reads it. Changes nothing."""
    with reading() as db:
        try:
            return _new(db, InvitationWords.checked(request.args))
        except BadInput as refusal:
            return _new(db, InvitationWords(), refusal), status_of(refusal)


def _new(db: Session, words: InvitationWords, refusal: Refusal | None = None) -> str:
    fields = request.values
    asked = Segment.parse(fields) if fields else Segment(never=True)
    reach = reach_of(db, CampaignKind.INVITATION, asked.fields(), start=now(), now=now())
    return render_template(
        "outreach/new.html",
        asked=asked,
        reach=reach,
        letters=_letters(db, words, reach, member(db)),
        openings=[(each, gettext(said)) for each, said in OPENINGS.items()],
        words=words,
        notes={locale: fields.get(f"note_{locale}", "") for locale in network().locales},
        themes=themes_by_name(db, display_locale()),
        ceiling=setting(db, CAMPAIGN_MAILS),
        contact=network().contact,
        problem=words_of(refusal) if refusal is not None else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
    )


def _letters(db: Session, words: InvitationWords, reach: Reach, you: Member) -> list[tuple[SegmentRole, str, Preview]]:
    """Returns the mail as each role reads it in each language; their links belong to nobody."""
    themes = open_themes(db, now=now())
    roles = {SegmentRole.MENTOR: reach.mentors, SegmentRole.MENTEE: reach.mentees}
    return [
        (role, locale, preview(invitation(words, role, by=you, themes=themes), locale, you))
        for role, people in roles.items()
        if people
        for locale in network().locales
    ]


@bp.post("/admin/outreach/try")
@access("administrator")
@records(Act.CAMPAIGN_TRIED)
def send_trial() -> ResponseReturnValue:
    """Sends the administrator the mail as each role reads it."""
    segment = Segment.parse(request.form)
    try:
        words = InvitationWords.checked(request.form)
    except BadInput as refusal:
        with reading() as db:
            return _new(db, InvitationWords(), refusal), status_of(refusal)
    with writing() as db:
        you, themes = member(db), open_themes(db, now=now())
        for role in SegmentRole.MENTOR, SegmentRole.MENTEE:
            if segment.role in (role, SegmentRole.EVERYBODY):
                trial = invitation(words, role, by=you, themes=themes)
                mail(db, you.id, trial, f"trial:{new_secret()}", now=now())
    return redirect(
        _with(url_for("admin_outreach.new"), {**segment.fields(), **_typed(request.form), "tried": "1"}), 303
    )


def _with(path: str, fields: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(fields)}"


def _typed(form: Mapping[str, str]) -> dict[str, str]:
    return {name: form[name] for name in ("opening", "note_fr", "note_en") if form.get(name)}


@bp.post("/admin/outreach")
@access("administrator")
@records(Act.CAMPAIGN_STARTED)
def start() -> ResponseReturnValue:
    """Starts the invitation; its first mail leaves in a minute, or when working hours begin."""
    try:
        words = InvitationWords.checked(request.form)
        with writing() as db:
            segment = Segment.parse(request.form)
            campaign = start_campaign(db, CampaignKind.INVITATION, segment, words.kept(), by=member(db), now=now())
            note_for_record(campaign.id)
    except (BadInput, NobodyChosen) as refusal:
        with reading() as db:
            return _new(db, InvitationWords(), refusal), status_of(refusal)
    return redirect(url_for("admin_outreach.one", campaign_id=campaign.id), 303)


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
                    str(local_date(person.written_at, tzid)) if person.written_at else "",
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
