"""What an administrator is asked before a text, the terms or a theme change for everybody (`http.forms.confirming`)."""

from __future__ import annotations

from flask import request
from flask_babel import gettext, ngettext
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.numbers import number_or_none
from flashmeet.http.display import display_locale, network
from flashmeet.http.forms.confirming import Question
from flashmeet.http.services import now
from flashmeet.i18n.times import dated
from flashmeet.people.models import Terms
from flashmeet.people.queries import mentors_of
from flashmeet.programme.rules.nudges import MOST_PEOPLE
from flashmeet.programme.service.overview import idle_of
from flashmeet.programme.service.themes import kept_theme
from flashmeet.requests.service.lifecycle import waiting_on
from flashmeet.setup.service.legal_texts import blanks_in
from flashmeet.themes.models import Theme


def publishing_text(_db: Session, page_name: str) -> Question | None:
    """Asks before a public text is replaced; one with blanks, or empty, is left to the view."""
    del page_name
    if "drop" in request.form:
        return Question(
            title=gettext("Restore the original text?"),
            lines=(gettext("Your own text is deleted, in every language, and visitors read ours from then on."),),
            yes=gettext("Restore the original text"),
        )
    typed = {locale: request.form.get(f"text_{locale}", "") for locale in network().locales}
    if not all(text.strip() for text in typed.values()) or (blanks_in(typed) and "sure" not in request.form):
        return None
    return Question(
        title=gettext("Publish this text?"),
        lines=(
            gettext(
                "Everyone reads it from then on, visitors too; it takes the place of the text that stands there now."
            ),
        ),
        yes=gettext("Publish it"),
        keep=gettext("Go on writing"),
    )


def withdrawing_terms(db: Session, version: int) -> Question | None:
    terms = db.get(Terms, version)
    if terms is None or terms.withdrawn_at is not None or terms.in_force_at <= now():
        return None
    day = dated(terms.in_force_at, network().tzid, display_locale())
    return Question(
        title=gettext("Withdraw version %(version)s of the terms?", version=version),
        lines=(
            gettext(
                "It does not come into force on %(day)s. Those who accepted it already would have to accept anew.",
                day=day,
            ),
            gettext("Whoever was told of it is told that it is withdrawn."),
        ),
        yes=gettext("Withdraw it"),
    )


def retiring_theme(db: Session, theme_id: int) -> Question | None:
    theme = kept_theme(db, theme_id)
    if theme.id != theme_id or not theme.active:
        return None
    number = db.scalar(select(func.count()).select_from(mentors_of(theme.id).subquery())) or 0
    return Question(
        title=gettext("Retire the theme “%(name)s”?", name=theme.name(display_locale())),
        lines=(
            gettext("Nobody finds hours by it any more. Hours that are booked stay, and you can restore it."),
            ngettext(
                "Its %(num)s mentor is told by email at once.", "Its %(num)s mentors are told by email at once.", number
            )
            if number
            else gettext("It has no mentor: nobody is told."),
            *_ending(db, theme.id),
        ),
        yes=gettext("Retire"),
    )


def _ending(db: Session, theme_id: int) -> tuple[str, ...]:
    """Says how many requests end with the theme, where any does."""
    number = db.scalar(select(func.count()).select_from(waiting_on(theme_id).subquery())) or 0
    told = ngettext(
        "%(num)s request that waits on it ends, and who asked is told by email.",
        "%(num)s requests that wait on it end, and who asked is told by email.",
        number,
    )
    return (told,) if number else ()


def merging_theme(db: Session, theme_id: int) -> Question | None:
    into = number_or_none(request.form.get("into", ""))
    theme, target = db.get(Theme, theme_id), db.get(Theme, into) if into is not None else None
    if theme is None or target is None or theme is target or not target.active:
        return None
    names = {"name": theme.name(display_locale()), "other": target.name(display_locale())}
    return Question(
        title=gettext("Merge “%(name)s” into “%(other)s”?", **names),
        lines=(
            gettext(
                "Its mentors, words, requests and coming hours move along with it; its old address and past hours stay."
            ),
            gettext("This cannot be undone. No message is sent."),
        ),
        yes=gettext("Merge"),
    )


def asking_mentors(db: Session, theme_id: int) -> Question | None:
    theme = kept_theme(db, theme_id)
    number = len(idle_of(db, theme.id, now=now(), limit=MOST_PEOPLE))
    if not number:
        return None
    return Question(
        title=ngettext("Write to %(num)s mentor?", "Write to %(num)s mentors?", number),
        lines=(
            gettext(
                "Each is asked for an hour in “%(name)s”, in our words and with your name.",
                name=theme.name(display_locale()),
            ),
            gettext("The emails leave after a minute; until then you can recall each of them."),
        ),
        yes=gettext("Send"),
    )


def dismissing_proposal(_db: Session) -> Question | None:
    term = request.form.get("term", "")
    if not term:
        return None
    return Question(
        title=gettext("Dismiss the proposal “%(text)s”?", text=term),
        lines=(gettext("It is off the list for every administrator. Those who proposed it are not told."),),
        yes=gettext("Dismiss"),
    )
