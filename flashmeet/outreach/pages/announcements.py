"""Announcements: written, seen as it will be read, tried on oneself, and sent to a segment at a chosen time."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
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
from flashmeet.outreach.rules.announcements import AnnouncementWords, checked_start
from flashmeet.outreach.rules.campaigns import CampaignKind
from flashmeet.outreach.rules.segments import Segment
from flashmeet.outreach.service.campaigns import reach_of, start_campaign
from flashmeet.outreach.service.messages import announcement
from flashmeet.themes.service import themes_by_name

bp = Blueprint("admin_announcements", __name__)


@bp.get("/admin/outreach/announcements/new")
@access("administrator")
def new() -> ResponseReturnValue:
    with reading() as db:
        return _page(db)


@bp.post("/admin/outreach/announcements")
@access("administrator")
@records(Act.ANNOUNCEMENT_STARTED)
def send() -> ResponseReturnValue:
    """Shows the announcement as it will be read, sends it to oneself, or starts it, by the button that was used."""
    done = request.form.get("done", "look")
    try:
        words = AnnouncementWords.checked(request.form, network().locales)
        start = checked_start(
            request.form.get("send_on", ""), request.form.get("send_at", ""), network().tzid, now=now()
        )
        if done != "send":
            return _tried(words) if done == "try" else _looked(words)
        with writing() as db:
            segment = Segment.parse(request.form)
            kind, kept = CampaignKind.ANNOUNCEMENT, words.kept()
            campaign = start_campaign(db, kind, segment, kept, by=member(db), now=now(), start=start)
            note_for_record(campaign.id)
    except (BadInput, NobodyChosen) as refusal:
        with reading() as db:
            return _page(db, refusal=refusal), status_of(refusal)
    return redirect(url_for("admin_outreach.one", campaign_id=campaign.id), 303)


def _looked(words: AnnouncementWords) -> str:
    with reading() as db:
        return _page(db, words)


def _tried(words: AnnouncementWords) -> str:
    with writing() as db:
        you = member(db)
        mail(db, you.id, announcement(words, by=you), f"trial:{new_secret()}", now=now())
    with reading() as db:
        return _page(db, words, tried=True)


def _page(
    db: Session, words: AnnouncementWords | None = None, *, refusal: Refusal | None = None, tried: bool = False
) -> str:
    fields, you = request.values, member(db)
    asked = Segment.parse(fields)
    start = now()
    if words is not None:
        start = checked_start(fields.get("send_on", ""), fields.get("send_at", ""), network().tzid, now=start)
    return render_template(
        "outreach/announcement.html",
        asked=asked,
        reach=reach_of(db, CampaignKind.ANNOUNCEMENT, asked.fields(), start=start, now=now()),
        letters=_letters(words, you) if words else [],
        typed=fields,
        locales=network().locales,
        themes=themes_by_name(db, display_locale()),
        ceiling=setting(db, CAMPAIGN_MAILS),
        problem=words_of(refusal) if refusal is not None else "",
        problem_field=refusal.field if isinstance(refusal, BadInput) else "",
        tried=tried,
    )


def _letters(words: AnnouncementWords, you: Member) -> list[tuple[str, Preview]]:
    """Returns the mail in each language that was written."""
    return [(locale, preview(announcement(words, by=you), locale, you)) for locale in words.titles]
