"""Every policy of the network: what it does, what it is, what it was, and who changed it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from flashmeet.core.errors import BadInput
from flashmeet.core.settings.entries import ENTRIES, GROUPS
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.service import (
    change_setting,
    entry_of,
    history_of,
    present_values,
    restore_default,
    setting,
)
from flashmeet.http.access import access
from flashmeet.http.identity import display_locale, member
from flashmeet.http.problems import words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.times import zone_groups
from flashmeet.identity.queries import names_of
from flashmeet.programme.wording import said

bp = Blueprint("admin_settings", __name__)


@bp.get("/admin/settings")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        values = present_values(db)
    groups = [(words, [each for each in ENTRIES if each.group == name]) for name, words in GROUPS.items()]
    return render_template("programme/settings.html", groups=groups, values=values)


@bp.get("/admin/settings/<setting_key>")
@access("administrator")
def one(setting_key: str) -> ResponseReturnValue:
    return _page(entry_of(setting_key))


@bp.post("/admin/settings/<setting_key>")
@access("administrator")
def decide(setting_key: str) -> ResponseReturnValue:
    """Nothing that was agreed changes."""
    entry = entry_of(setting_key)
    try:
        with writing() as db:
            if "default" in request.form:
                restore_default(db, entry, by_id=member(db).id, now=now())
            else:
                value = entry.kind.read(request.form.to_dict(flat=False))
                change_setting(db, entry, value, by_id=member(db).id, now=now())
    except BadInput as refusal:
        return _page(entry, typed=request.form.to_dict(), problem=words_of(refusal)), 422
    return redirect(url_for("admin_settings.one", setting_key=entry.key, saved=1), 303)


def _page(entry: Entry[Any], *, typed: dict[str, str] | None = None, problem: str = "") -> str:
    with reading() as db:
        value, history = setting(db, entry), history_of(db, entry.key)
        return render_template(
            "programme/setting.html",
            entry=entry,
            value=value,
            typed=typed or entry.kind.fields(value),
            options=_options(entry),
            group=GROUPS[entry.group],
            history=history,
            names=names_of(db, (each.changed_by_id for each in history)),
            zones=zone_groups(display_locale()) if entry.kind.name == "zone" else [],
            problem=problem,
            saved="saved" in request.args and not problem,
        )


def _options(entry: Entry[Any]) -> list[tuple[str, str]]:
    return [(value, gettext(words)) for value, words in getattr(entry.kind, "options", ())]


@bp.app_template_filter()
def setting_words(value: Any, entry: Entry[Any]) -> str:  # noqa: ANN401  # each entry has its own type
    return said(entry, value, display_locale())


@bp.app_template_filter()
def translated(words: str) -> str:
    """A sentence that was marked where it was written down."""
    return str(gettext(words)) if words else ""
