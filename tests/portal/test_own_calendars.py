"""Who looks for an hour is not offered one at which their own calendar has a class, and is warned before taking it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.bookings.service.alternatives import alternatives
from flashmeet.core.database.session import Database
from flashmeet.core.intervals import Interval
from flashmeet.identity.models import Member
from flashmeet.schedule.models import MemberCalendar
from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.service.own_calendars import BusyTimes
from tests.browsers import Browser
from tests.people import NOW, timetable
from tests.scene import HOUR, NINE, bookings, stage

SignedIn = Callable[[Member], Browser]
AN_HOUR = timedelta(hours=1)
NEED = {"need": "Relire un contrat", "good_hour": "Je signe", "theme": "droit", "mode": "video"}


def class_of(
    database: Database, member: Member, *spans: Interval, checks: bool = True, failing_since: datetime | None = None
) -> None:
    """Gives the member a timetable that was read a moment ago, with a class in each span."""
    with database.writing() as db:
        timetable(db, member, *spans, checks=checks, failing_since=failing_since)


def hours(page: str) -> list[str]:
    return re.findall(r'class="chip chip-large"[^>]*><time datetime="([^"]+)"', page)


def test_hours_that_clash_with_ones_own_calendar_are_hidden_and_the_next_free_one_is_shown(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    first = hours(bob.get("/search?theme=droit").text)
    start = datetime.fromisoformat(first[0])
    class_of(database, scene.bob, Interval(start - AN_HOUR, start + timedelta(hours=2)))
    page = bob.get("/search?theme=droit").text
    assert [datetime.fromisoformat(each) for each in hours(page)] == [start + timedelta(hours=2)]
    assert "Hours when your calendar has something else are hidden." in page
    assert "Calendar last read:" in page


def test_a_calendar_that_was_never_read_is_not_said_to_have_been(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    for _ in range(2):
        class_of(database, scene.bob, Interval(NOW, NOW + AN_HOUR))
    with database.writing() as db:
        first = db.scalars(select(MemberCalendar).order_by(MemberCalendar.id).limit(1)).one()
        first.read_at = None
    assert "Calendar last read:" not in signed_in(scene.bob).get("/search?theme=droit").text


def test_they_are_shown_all_the_same_on_demand_and_say_so(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    first = hours(bob.get("/search?theme=droit").text)
    start = datetime.fromisoformat(first[0])
    class_of(database, scene.bob, Interval(start, start + AN_HOUR))
    [link] = re.findall(r'href="(/search\?[^"]*clashes=shown[^"]*)"', bob.get("/search?theme=droit").text)
    page = bob.get(link.replace("&amp;", "&")).text
    assert hours(page) == first
    assert "Your calendar has something else then" in page
    assert "Hide them" in page


def test_a_calendar_that_is_not_checked_for_conflicts_hides_nothing(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    first = hours(bob.get("/search?theme=droit").text)
    class_of(database, scene.bob, Interval(NOW, NOW + timedelta(days=60)), checks=False)
    page = bob.get("/search?theme=droit").text
    assert hours(page) == first
    assert "something else" not in page


def test_somebody_elses_calendar_hides_nothing_from_me(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    first = hours(signed_in(scene.bob).get("/search?theme=droit").text)
    class_of(database, scene.charlie, Interval(NOW, NOW + timedelta(days=60)))
    assert hours(signed_in(scene.bob).get("/search?theme=droit").text) == first


def test_booking_over_a_class_warns_asks_and_then_books(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    class_of(database, scene.bob, Interval(NINE + AN_HOUR / 2, NINE + 2 * AN_HOUR))
    warning = "Your calendar has something else at this hour."
    assert warning in bob.get(scene.page).text
    unaware = bob.send(scene.page, NEED)
    assert (unaware.status_code, warning in unaware.text, "Relire un contrat" in unaware.text) == (409, True, True)
    assert bookings(database) == []
    assert 'name="despite" value="yes"' in unaware.text
    assert bob.send(scene.page, {**NEED, "despite": "yes"}).status_code == 303
    assert [each.starts_at for each in bookings(database)] == [NINE]


def test_a_free_hour_is_booked_without_a_question(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    class_of(database, scene.bob, Interval(NINE - AN_HOUR, NINE), Interval(NINE + AN_HOUR, NINE + 2 * AN_HOUR))
    assert "something else" not in bob.get(scene.page).text
    assert bob.send(scene.page, NEED).status_code == 303


def test_a_calendar_that_cannot_be_read_is_said_to_be_so_and_stops_nothing(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    class_of(database, scene.bob, failing_since=NOW - AN_HOUR)
    assert "We could not read your calendar since" in bob.get(f"/book/{scene.alice.id}/{HOUR}").text
    assert bob.send(scene.page, NEED).status_code == 303


def test_an_hour_clashes_with_whatever_it_overlaps_and_with_nothing_that_it_touches() -> None:
    busy = BusyTimes([Interval(NINE, NINE + AN_HOUR), Interval(NINE + 3 * AN_HOUR, NINE + 4 * AN_HOUR)])
    clash = {
        half: busy.clash(Interval(NINE + half * AN_HOUR / 2, NINE + (half + 2) * AN_HOUR / 2)) for half in range(-3, 9)
    }
    assert clash == {half: half in (-1, 0, 1, 5, 6, 7) for half in range(-3, 9)}
    assert not BusyTimes().clash(Interval(NINE, NINE + AN_HOUR))


def marked(page: str, kind: str) -> list[str]:
    """The hours of that kind whose chip says that the reader's calendar has something else."""
    chips = re.findall(rf'<(a|label) class="{kind}( chip-clash)?"(.*?)</\1>', page, re.DOTALL)
    found = [re.search(r'<time datetime="([^"]+)"', inside) for _, clash, inside in chips if clash]
    assert all("Your calendar has something else then" in inside for _, clash, inside in chips if clash)
    return [each[1] for each in found if each]


def test_a_mentors_page_and_its_month_mark_what_ones_own_calendar_has(database: Database, signed_in: SignedIn) -> None:
    scene = stage(database)
    bob, path = signed_in(scene.bob), f"/mentors/{scene.alice.id}?day=2026-12-09"
    assert "something else" not in bob.get(path).text
    class_of(database, scene.bob, Interval(NINE, NINE + AN_HOUR), Interval(NINE + 12 * AN_HOUR, NINE + 36 * AN_HOUR))
    page = bob.get(path).text
    assert marked(page, "chip") == ["2026-12-09T17:00:00Z"]
    days = re.findall(
        r'<a class="month-free( chip-clash)?" href="[^"]*day=([\d-]+)[^"]*"[^>]*aria-label="([^"]*)"', page
    )
    assert {day for clash, day, _ in days if clash} == {"2026-12-10"}
    assert next(said for _, day, said in days if day == "2026-12-10").endswith("Your calendar has something else then")
    assert "something else" not in signed_in(scene.charlie).get(path).text


def test_where_an_hour_is_moved_only_the_mentees_own_calendar_is_marked_and_only_to_them(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    bob = signed_in(scene.bob)
    assert bob.send(scene.page, NEED).status_code == 303
    [booking] = bookings(database)
    class_of(database, scene.bob, Interval(NINE + AN_HOUR, NINE + 2 * AN_HOUR))
    path = f"/bookings/{booking.id}/move?day=2026-12-09"
    assert marked(bob.get(path).text, "chip chip-radio") == ["2026-12-09T18:00:00Z"]
    assert "something else" not in signed_in(scene.alice).get(path).text


def test_hours_suggested_in_place_of_one_that_is_gone_are_free_by_ones_own_calendar(
    database: Database, signed_in: SignedIn
) -> None:
    scene = stage(database)
    with database.reading() as db:
        near = instead(db, scene.alice.id, scene.bob.id)
    class_of(database, scene.bob, *(slot.hour for slot in near))
    with database.reading() as db:
        others = instead(db, scene.alice.id, scene.bob.id)
    assert (len(near), len(others)) == (3, 3)
    assert not {slot.starts_at for slot in near} & {slot.starts_at for slot in others}


def instead(db: Session, mentor_id: int, mentee_id: int) -> list[Slot]:
    return alternatives(
        db,
        mentor_id=mentor_id,
        theme_id=0,
        starts_at=NINE,
        minutes=60,
        mentee_id=mentee_id,
        tzid="America/New_York",
        now=NOW,
    )
