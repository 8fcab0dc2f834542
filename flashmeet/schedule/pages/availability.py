"""A mentor's weekly hours, exceptions and booking policy, and the resulting slots."""

from __future__ import annotations

from datetime import date, timedelta

from babel.dates import get_day_names
from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import ChangedMeanwhile
from flashmeet.core.numbers import number_or_none
from flashmeet.core.settings.service import network_settings
from flashmeet.core.zones import local_date, names
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import display_locale
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.forms.reading import Faults, faults_of, read_form
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.times import zone_groups
from flashmeet.identity.models import Member
from flashmeet.people.service.terms import terms_due
from flashmeet.schedule.pages.availability_form import AvailabilityForm, Typed
from flashmeet.schedule.pages.own_slots import Preview, clock_change, own_slots, previewed
from flashmeet.schedule.pages.policy_form import policy_choices
from flashmeet.schedule.pages.slot_lists import Day, by_day
from flashmeet.schedule.queries.schedules import read_schedule
from flashmeet.schedule.rules.availability import Schedule
from flashmeet.schedule.service.availability import (
    availability_version,
    hours_elsewhere,
    move_hours,
    preview_availability,
    save_availability,
)
from flashmeet.schedule.service.leave import leave_now, leaves_of
from flashmeet.schedule.wording import commitment

bp = Blueprint("availability", __name__)


@bp.get("/me/availability")
@access("mentor")
def show() -> ResponseReturnValue:
    kept = kept_fields()
    if kept:
        return _again(Typed.from_form(kept), version=kept.get("version"))
    with reading() as db:
        who = member(db)
        schedule = read_schedule(db, who.id)
        if schedule is None:
            return _page(db, who, _empty(db, who))
        return _page(db, who, Typed.from_schedule(schedule, today=local_date(now(), schedule.tzid)))


@bp.post("/me/availability")
@access("mentor")
def save() -> ResponseReturnValue:
    typed = Typed.from_form(request.form)
    if "add" in request.form:
        return _again(typed.with_line(request.form["add"]), version=request.form.get("version"))
    if "remove" in request.form:
        return _again(typed.without_line(request.form["remove"]), version=request.form.get("version"))
    if "copy" in request.form:
        day = request.form["copy"]
        copies = typed.with_copies(day, request.form.getlist(f"copy-{day}"))
        return _again(copies, version=request.form.get("version"))
    read = read_form(AvailabilityForm, request.form)
    faults = faults_of(read)
    if isinstance(read, AvailabilityForm):
        try:
            with faults.at("lines"):
                _save(read, replacing=request.form.get("version"))
                return redirect(url_for("availability.show", saved=1, _anchor="hours"), 303)
        except ChangedMeanwhile as refusal:
            return _again(typed, changed=words_of(refusal)), refusal.status
    return _again(typed, faults, version=request.form.get("version")), 422


@bp.post("/me/availability/preview")
@access("mentor")
def preview() -> ResponseReturnValue:
    """Shows the hours that the form would open, and saves nothing; with `part`, that part of the page alone."""
    read = read_form(AvailabilityForm, request.form)
    faults, shown = faults_of(read), Preview(can_read=False)
    if isinstance(read, AvailabilityForm):
        with faults.at("lines"):
            shown = _previewed(read)
    if "part" in request.form:
        return _result(Typed.from_form(request.form), shown)
    again = _again(Typed.from_form(request.form), faults, version=request.form.get("version"), preview=shown)
    return again, 422 if faults else 200


def _previewed(meant: AvailabilityForm) -> Preview:
    with reading() as db:
        starts = preview_availability(
            db,
            member(db),
            tzid=meant.tzid,
            rules=meant.rules,
            overrides=meant.overrides,
            policy=meant.policy,
            now=now(),
        )
    return previewed(starts, meant.policy)


def _result(typed: Typed, shown: Preview) -> str:
    with reading() as db:
        you = member(db)
        return render_template(
            "schedule/availability/result.html",
            preview=shown,
            days=by_day(shown.slots, typed.tzid) if shown.can_read else [],
            seen_from=typed.tzid,
            waiting=not you.approved,
            held=not you.approved and you.held_at is not None,
        )


@bp.get("/me/availability/zone")
@access("mentor")
def zone() -> ResponseReturnValue:
    """Asks whether the hours move along to the member's new zone."""
    with reading() as db:
        who, schedule = member(db), read_schedule(db, member(db).id)
        if schedule is None or not hours_elsewhere(db, who):
            return redirect(url_for("availability.show"), 303)
        return render_template("schedule/availability/zone.html", there=schedule.tzid, here=who.tzid)


@bp.post("/me/availability/zone")
@access("mentor", keeps_draft=False)
def move_zone() -> ResponseReturnValue:
    """Moves the hours to the member's zone."""
    with writing() as db:
        move_hours(db, member(db), now=now())
    return redirect(url_for("availability.show", saved=1, _anchor="hours"), 303)


def _save(meant: AvailabilityForm, *, replacing: str | None) -> None:
    with writing() as db:
        save_availability(
            db,
            member(db),
            tzid=meant.tzid,
            rules=meant.rules,
            overrides=meant.overrides,
            policy=meant.policy,
            ways=meant.ways,
            place=meant.place,
            replacing=replacing,
            now=now(),
        )


def _again(
    typed: Typed,
    faults: Faults | None = None,
    *,
    version: str | None = None,
    changed: str = "",
    preview: Preview | None = None,
) -> str:
    """Shows the form as typed; saves nothing. It still replaces the `version` that its sender saw."""
    with reading() as db:
        return _page(db, member(db), typed, faults, version=version, changed=changed, preview=preview)


def _page(
    db: Session,
    who: Member,
    typed: Typed,
    faults: Faults | None = None,
    *,
    version: str | None = None,
    changed: str = "",
    preview: Preview | None = None,
) -> str:
    """`changed` says that another version is stored by now, which is then shown beside the form."""
    schedule, locale = read_schedule(db, who.id), display_locale()
    zone = typed.tzid if preview and preview.can_read else _seen_from(schedule.tzid if schedule else who.tzid)
    stands = Typed.from_schedule(schedule, today=local_date(now(), schedule.tzid)) if schedule else None
    return render_template(
        "schedule/availability/show.html",
        you=who,
        away=leave_now(db, who, now=now()),
        paused=who.paused(now()),
        typed=typed,
        faults=Faults() if faults is None else faults,
        schedule=schedule,
        version=availability_version(schedule) if version is None else version,
        changed=changed,
        stored=stands if changed else None,
        unsaved=typed != (stands or _empty(db, who)),
        preview=preview,
        commitment=commitment(schedule.policy, locale) if schedule else "",
        days=_days(db, who.id, schedule, preview, zone),
        seen_from=zone,
        waiting=not who.approved,
        held=not who.approved and who.held_at is not None,
        leaves=leaves_of(db, who, now=now()),
        weekdays=get_day_names("wide", locale=locale),
        short_weekdays=[get_day_names("abbreviated", "stand-alone", locale)[day] for day in range(7)],
        choices=policy_choices(typed.policy, locale),
        zones=zone_groups(locale),
        changes=_changes(typed),
        opens=_opens(typed),
        terms_due=terms_due(db, who, now=now()),
    )


def _empty(db: Session, who: Member) -> Typed:
    """Returns the form of who has saved nothing yet."""
    return Typed.from_schedule(Schedule(who.tzid, network_settings(db).policy), today=local_date(now(), who.tzid))


def _days(db: Session, mentor_id: int, schedule: Schedule | None, preview: Preview | None, zone: str) -> list[Day]:
    """Returns the hours that the form would open, where they are asked for; else those that are open."""
    if preview:
        return by_day(preview.slots, zone)
    return by_day(own_slots(db, mentor_id, schedule, now=now()), zone) if schedule else []


def _seen_from(own: str) -> str:
    """Returns the zone in which slots are shown: the mentor's, or the requested one."""
    asked = request.args.get("seen_from", "")
    return asked if asked in names() else own


def _changes(typed: Typed) -> dict[date, str]:
    """Returns the dated days on which the clocks change."""
    if typed.tzid not in names():
        return {}
    days = {each.day for each in typed.dates if each.day is not None}
    return {day: change for day in days if (change := clock_change(day, typed.tzid))}


def _opens(typed: Typed) -> dict[date, date]:
    """Returns the dated days beyond the horizon, with the day from which each can be booked."""
    ahead, zone = number_or_none(typed.policy.horizon_days, most=999), typed.tzid
    if zone not in names() or ahead is None:
        return {}
    today, horizon = local_date(now(), zone), timedelta(days=ahead)
    days = {each.day for each in typed.dates if each.day is not None and not each.closed}
    return {day: day - horizon for day in days if day - today > horizon}
