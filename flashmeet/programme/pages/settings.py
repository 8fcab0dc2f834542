"""Pages of the network's settings: what each does, its value, its history and who changed it."""

from __future__ import annotations

from typing import Annotated, Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import ChangedMeanwhile
from flashmeet.core.numbers import number_or_none
from flashmeet.core.settings.entries import ENTRIES, GROUPS, JOINING, MAIL_DOMAINS
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.service import (
    change_setting,
    entry_of,
    history_of,
    present_values,
    restore_default,
    setting,
)
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import display_locale
from flashmeet.http.forms.reading import Faults, Form, faults_of, read_form, reads
from flashmeet.http.forms.versions import both_sides, require_version, version_of
from flashmeet.http.services import now, reading, services, writing
from flashmeet.i18n.times import zone_groups
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.programme.service.policies import apply_to_all, is_copied, reach_of
from flashmeet.programme.wording import countries, said
from flashmeet.setup.service.legal_texts import check_contact, check_opening

bp = Blueprint("admin_settings", __name__)

WHO_COMES_IN = frozenset({JOINING.key, MAIL_DOMAINS.key})
"""Settings of security: a fresh proof is asked for before them."""


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
@access("administrator", fresh=WHO_COMES_IN)
@records(Act.SETTING_CHANGED)
def decide(setting_key: str) -> ResponseReturnValue:
    """Changes a setting, or restores its default. Nothing already agreed changes."""
    entry = entry_of(setting_key)
    there = redirect(url_for("admin_settings.one", setting_key=entry.key, saved=1), 303)
    if "default" in request.form:
        faults = Faults()
        with faults.at("value"), writing() as db:
            restore_default(db, entry, by_id=member(db).id, now=now())
        return (_page(entry, faults=faults), 422) if faults else there
    read = read_form(SettingForm, request.form, context={"entry": entry})
    faults = faults_of(read)
    if isinstance(read, SettingForm):
        try:
            with faults.at("value"), writing() as db:
                require_version(entry.kind.fields(setting(db, entry)))
                check_contact(entry, read.value, services().config)
                check_opening(db, entry, read.value)
                change_setting(db, entry, read.value, by_id=member(db).id, now=now())
                return there
        except ChangedMeanwhile as changed:
            return _page(entry, typed=request.form.to_dict(), stale=True), changed.status
    return _page(entry, typed=request.form.to_dict(), faults=faults), 422


@bp.get("/admin/settings/<setting_key>/everybody")
@access("administrator")
def everybody(setting_key: str) -> ResponseReturnValue:
    """Shows whom applying the value to all mentors reaches. Changes nothing."""
    entry = entry_of(setting_key)
    with reading() as db:
        reach = reach_of(db, entry, now=now())
        return render_template("programme/setting_everybody.html", entry=entry, value=setting(db, entry), reach=reach)


@bp.post("/admin/settings/<setting_key>/everybody")
@access("administrator")
@records(Act.POLICY_APPLIED)
def apply(setting_key: str) -> ResponseReturnValue:
    entry = entry_of(setting_key)
    with writing() as db:
        reached = apply_to_all(db, entry, by=member(db), now=now())
        note_for_record(f"{entry.key} {reached}")
    return redirect(url_for("admin_settings.one", setting_key=entry.key, reached=reached), 303)


class SettingForm(Form):
    """`entry` is in the form's context; what is wrong stands at `value`, whatever the fields of its kind are."""

    value: Annotated[Any, reads(lambda form, context: context["entry"].kind.read(form))]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        return {"value": form.to_dict(flat=False)}


def _page(
    entry: Entry[Any], *, typed: dict[str, str] | None = None, faults: Faults | None = None, stale: bool = False
) -> str:
    seen = request.form.get("version") if faults else None
    with reading() as db:
        value, history = setting(db, entry), history_of(db, entry.key)
        stored = entry.kind.fields(value)
        wanted = {name: (typed or {}).get(name, "") for name in stored}
        return render_template(
            "programme/setting.html",
            entry=entry,
            value=value,
            typed=typed or stored,
            version=seen or version_of(stored),
            sides=both_sides(stored, wanted) if stale else [],
            options=_options(entry),
            group=GROUPS[entry.group],
            history=history,
            names=names_of(db, (each.changed_by_id for each in history)),
            zones=zone_groups(display_locale()) if entry.kind.name == "zone" else [],
            countries=countries(display_locale()) if entry.kind.name == "country" else [],
            faults=faults or Faults(),
            saved="saved" in request.args and not faults,
            copied=is_copied(entry),
            reach=reach_of(db, entry, now=now()) if is_copied(entry) else None,
            reached=number_or_none(request.args.get("reached", "")),
        )


def _options(entry: Entry[Any]) -> list[tuple[str, str]]:
    return [(value, gettext(words)) for value, words in getattr(entry.kind, "options", ())]


@bp.app_template_filter()
def setting_words(value: Any, entry: Entry[Any]) -> str:  # noqa: ANN401  # each entry has its own type
    return said(entry, value, display_locale())


@bp.app_template_filter()
def translated(words: str) -> str:
    """Translates a text that was marked for translation elsewhere."""
    return str(gettext(words)) if words else ""
