"""Pages for nudging members: choose, preview, send; the log, and undoing within a minute."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, NobodyChosen, Refusal, UnknownTheme
from flashmeet.core.numbers import number_or_none, numbers_among, page_number
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale, network
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.models import Member
from flashmeet.messages.rules.channels import MAIL_PREVIEW, ChannelName, Outgoing, Preview
from flashmeet.programme.queries import log_of
from flashmeet.programme.rules.nudges import ABOUT, MOST_PEOPLE, NudgeAbout, NudgeKind
from flashmeet.programme.service.nudges import Words, candidates, send_nudges, undo_nudge
from flashmeet.programme.service.overview import idle_of
from flashmeet.programme.service.themes import kept_theme
from flashmeet.themes.models import Theme
from flashmeet.themes.service import find_theme, themes_by_name

bp = Blueprint("admin_nudges", __name__)

A_PAGE = 50
SUBJECTS = {
    "hours": lazy_gettext("Open an hour"),
    "requests": lazy_gettext("Answer requests"),
    "profile": lazy_gettext("Review their profile"),
    "welcome": lazy_gettext("Sign in for the first time"),
    "theme": lazy_gettext("Help with a theme"),
}
LEFT = {
    "away": lazy_gettext("is away"),
    "paused": lazy_gettext("is taking a break"),
    "opted_out": lazy_gettext("does not want these emails"),
    "rested": lazy_gettext("was written to in the past seven days"),
    "offered": lazy_gettext("was offered a break and has not been back since"),
}
REASONS = {
    "undone": lazy_gettext("recalled"),
    "too_late": lazy_gettext("not sent: it would have arrived too late"),
    "switched_off": lazy_gettext("not sent: does not want these emails"),
    "paused": lazy_gettext("not sent: is taking a break"),
    "away": lazy_gettext("not sent: is away"),
}


@bp.app_template_filter()
def about_words(about: str) -> str:
    return str(SUBJECTS.get(about, about))


@bp.app_template_filter()
def left_words(left: str) -> str:
    """Says why somebody is left out."""
    return str(LEFT.get(left, left))


@bp.app_template_filter()
def dropped_words(reason: str) -> str:
    """Says why a mail was not sent."""
    return str(REASONS.get(reason) or lazy_gettext("not sent"))


@bp.get("/admin/nudges")
@access("administrator")
def show() -> ResponseReturnValue:
    number = page_number(request.args.get("page", ""))
    with reading() as db:
        rows, total = log_of(db, limit=A_PAGE, offset=(number - 1) * A_PAGE)
        return render_template(
            "programme/nudges/log.html",
            rows=rows,
            page=number,
            last=-(-total // A_PAGE),
            sent=number_or_none(request.args.get("sent", ""), most=999),
        )


@bp.get("/admin/nudges/new")
@access("administrator")
def preview() -> ResponseReturnValue:
    """Shows who will be mailed, who is left out and why, and the mail in both languages. Changes nothing."""
    try:
        with reading() as db:
            return _preview(db)
    except (BadInput, NobodyChosen) as refusal:
        return _refused(refusal)


@bp.get("/admin/nudges/theme/<int:theme_id>")
@access("administrator")
def ask_mentors(theme_id: int) -> ResponseReturnValue:
    """Prepares the nudge that asks the mentors of a theme who have opened nothing for an hour. Raises NotFound."""
    with reading() as db:
        who = idle_of(db, kept_theme(db, theme_id).id, now=now(), limit=MOST_PEOPLE)
    return redirect(url_for("admin_nudges.preview", about=NudgeAbout.HOURS, who=who), 303)


def _preview(db: Session, refusal: Refusal | None = None) -> str:
    chosen, you = candidates(db, numbers_among(request.values.getlist("who"))[:MOST_PEOPLE], now=now()), member(db)
    fields = request.values
    about = fields.get("about", "hours")
    theme = _theme(db, fields.get("theme", ""))
    words = Words.checked(about, fields.get("note", ""), theme) if refusal is None else None
    kinds: list[NudgeKind] = sorted({each.kind for each in chosen if each.kind is not None})
    return render_template(
        "programme/nudges/new.html",
        written=[each for each in chosen if each.kind is not None],
        spared=[each for each in chosen if each.kind is None],
        letters=_nudge_mails(words, kinds, you) if words is not None else [],
        about=about,
        abouts=[(each, SUBJECTS[each]) for each in ABOUT],
        theme=theme,
        themes=themes_by_name(db, display_locale()),
        note=fields.get("note", ""),
        problem=words_of(refusal) if refusal is not None else "",
    )


def _nudge_mails(words: Words, kinds: Iterable[NudgeKind], you: Member) -> list[tuple[NudgeKind, str, Preview]]:
    """Returns previews of the mails; their links belong to nobody."""
    return [
        (kind, locale, service(MAIL_PREVIEW)(_message(words, kind, locale, you), network()))
        for kind in kinds
        for locale in network().locales
    ]


def _message(words: Words, kind: NudgeKind, locale: str, you: Member) -> Outgoing:
    return Outgoing(
        id=0,
        kind=kind,
        channel=ChannelName.MAIL,
        address="",
        recipient_id=you.id,
        name=you.name,
        locale=locale,
        tzid=you.tzid,
        message_key="",
        payload=dict(words.payload(you)),
    )


@bp.post("/admin/nudges")
@access("administrator")
@records(Act.NUDGES_SENT)
def send() -> ResponseReturnValue:
    """Queues the mails, to be sent in a minute; submitting twice sends one mail each."""
    try:
        with writing() as db:
            words = _words(db, request.form)
            ticked = numbers_among(request.form.getlist("who"))[:MOST_PEOPLE]
            sent = send_nudges(db, ticked, words, by=member(db), now=now())
            note_for_record(len(sent))
    except NobodyChosen as refusal:
        return _refused(refusal)
    except BadInput as refusal:
        with reading() as db:
            return _preview(db, refusal), status_of(refusal)
    return redirect(url_for("admin_nudges.show", sent=len(sent)), 303)


@bp.post("/admin/nudges/<int:nudge_id>/undo")
@access("administrator", keeps_draft=False)
@records(Act.NUDGE_UNDONE)
def undo(nudge_id: int) -> ResponseReturnValue:
    """Undoes a nudge. Raises NotFound, TooLateToUndo."""
    with writing() as db:
        undo_nudge(db, nudge_id, now=now())
    return redirect(url_for("admin_nudges.show"), 303)


def _words(db: Session, fields: Mapping[str, str]) -> Words:
    """Reads the form. Raises BadInput and its subclasses."""
    return Words.checked(fields.get("about", ""), fields.get("note", ""), _theme(db, fields.get("theme", "")))


def _theme(db: Session, text: str) -> Theme | None:
    try:
        return find_theme(db, text) if text else None
    except UnknownTheme:
        return None


def _refused(refusal: Refusal) -> ResponseReturnValue:
    """Shows the refusal with a link to the list, where members are chosen."""
    page = render_template("programme/nudges/nobody.html", problem=words_of(refusal))
    return page, status_of(refusal)
