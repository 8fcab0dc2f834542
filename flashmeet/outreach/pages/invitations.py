"""Inviting those who have not come: whom it reaches, how they read it, a trial to oneself, and the start."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NobodyChosen, Refusal
from flashmeet.core.secrets import new_secret
from flashmeet.core.settings.entries import CAMPAIGN_MAILS
from flashmeet.core.settings.service import setting
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, network
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.messages.outbox.write import mail
from flashmeet.messages.rules.channels import Preview
from flashmeet.outreach.pages.previews import preview
from flashmeet.outreach.rules.campaigns import CampaignKind, InvitationWords
from flashmeet.outreach.rules.segments import Segment, SegmentRole
from flashmeet.outreach.service.campaigns import Reach, reach_of, start_campaign
from flashmeet.outreach.service.messages import invitation, open_themes
from flashmeet.outreach.wording import OPENINGS
from flashmeet.themes.service import themes_by_name

bp = Blueprint("admin_invitations", __name__)


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
        "outreach/invitation.html",
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
        _with(url_for("admin_invitations.new"), {**segment.fields(), **_typed(request.form), "tried": "1"}), 303
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
