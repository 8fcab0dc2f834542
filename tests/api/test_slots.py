"""Open hours, as the contract lists them: acceptance A4 to A7, pages, filters."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import date
from typing import Any

from flashmeet.core.database.session import Database
from flashmeet.schedule.rules.availability import DayOverride, Span, WeeklyRule
from flashmeet.themes.service import create_theme
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join
from tests.api.policies import with_policy

HOURLY = with_policy(start_every=60, horizon_days=400)


FORGERIES = ("", "5", "[]", "[1,2]", '["a",2,3]', "[1e400,2,3]", f"[1,{10**30},3]", f"[1,2,{10**30}]", "[" * 5_000)


def forged(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode() or "="


def evening(weekday: int, start: str = "18:00", end: str = "19:00") -> tuple[WeeklyRule, ...]:
    return (WeeklyRule(weekday, Span.parse(start, end)),)


def on(day: str, start: str, end: str) -> tuple[DayOverride, ...]:
    return (DayOverride(date.fromisoformat(day), Span.parse(start, end)),)


def test_a_slot_is_told_in_the_asked_zone_with_its_offset(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True, rules=evening(2), policy=with_policy(horizon_days=10))
    slot = {
        "mentor_id": alice.id,
        "mentor_name": "Alice Exemple",
        "starts_at": "2026-12-02T17:00:00Z",
        "ends_at": "2026-12-02T18:00:00Z",
        "local_start": "2026-12-02T18:00:00+01:00",
        "tz": "Europe/Paris",
    }
    assert bob.slots()[0] == slot
    tokyo = {"local_start": "2026-12-03T02:00:00+09:00", "tz": "Asia/Tokyo"}
    assert bob.slots(tz="Asia/Tokyo")[0] == slot | tokyo
    assert bob.slots(tz="UTC")[0]["local_start"] == "2026-12-02T17:00:00+00:00"


def test_a_weekly_hour_in_paris_moves_in_new_york_while_one_has_changed_its_clocks(join: Join) -> None:
    """A4."""
    alice = join("Alice", mentor=True, rules=evening(0), policy=HOURLY)
    viewer = join("Camille", tzid="America/New_York")
    slots = viewer.slots(mentor=alice.id, **{"from": "2027-03-08", "to": "2027-04-01"})
    assert [(slot["starts_at"], slot["local_start"]) for slot in slots] == [
        ("2027-03-08T17:00:00Z", "2027-03-08T12:00:00-05:00"),
        ("2027-03-15T17:00:00Z", "2027-03-15T13:00:00-04:00"),
        ("2027-03-22T17:00:00Z", "2027-03-22T13:00:00-04:00"),
        ("2027-03-29T16:00:00Z", "2027-03-29T12:00:00-04:00"),
    ]


def test_windows_over_a_gap_and_a_fold_are_exact(join: Join, bob: Caller) -> None:
    """A5."""
    gap = join("Alice", mentor=True, rules=(), overrides=on("2027-03-28", "01:00", "04:00"), policy=HOURLY)
    fold = join("Anna", mentor=True, rules=(), overrides=on("2027-10-31", "02:00", "04:00"), policy=HOURLY)
    assert bob.starts(mentor=gap.id) == ["2027-03-28T00:00:00Z", "2027-03-28T01:00:00Z"]
    assert [slot["local_start"] for slot in bob.slots(mentor=fold.id)] == [
        "2027-10-31T02:00:00+02:00",
        "2027-10-31T02:00:00+01:00",
        "2027-10-31T03:00:00+01:00",
    ]


def test_one_instant_has_its_own_day_and_hour_in_every_zone(join: Join, bob: Caller) -> None:
    """A6."""
    join("Alice", mentor=True, rules=evening(2), policy=with_policy(horizon_days=14))
    for tzid, local in (
        ("America/Toronto", "2026-12-09T12:00:00-05:00"),
        ("Indian/Reunion", "2026-12-09T21:00:00+04:00"),
        ("Asia/Tokyo", "2026-12-10T02:00:00+09:00"),
    ):
        day = {"from": local[:10], "to": f"{local[:8]}{int(local[8:10]) + 1:02}"}
        assert [slot["local_start"] for slot in bob.slots(tz=tzid, **day)] == [local]


def test_vancouver_stays_on_summer_time(join: Join, bob: Caller) -> None:
    """A6: the system's zone data is older and would say 17:00."""
    rules = evening(2, "02:00", "03:00")
    join("Alice", mentor=True, rules=rules, policy=with_policy(horizon_days=3))
    slots = bob.slots(tz="America/Vancouver", **{"from": "2026-12-01", "to": "2026-12-02"})
    assert [slot["local_start"] for slot in slots] == ["2026-12-01T18:00:00-07:00"]


def test_an_override_across_the_date_line_replaces_the_mentors_day(join: Join) -> None:
    """A7."""
    alice = join(
        "Alice",
        mentor=True,
        tzid="Pacific/Auckland",
        rules=evening(1, "18:00", "20:00"),
        overrides=on("2027-03-30", "08:00", "10:00"),
        policy=HOURLY,
    )
    viewer = join("Camille", tzid="America/Los_Angeles")
    slots = viewer.slots(mentor=alice.id, **{"from": "2027-03-29", "to": "2027-03-31"})
    assert [slot["local_start"] for slot in slots] == ["2027-03-29T12:00:00-07:00", "2027-03-29T13:00:00-07:00"]


def test_from_is_inclusive_and_to_exclusive_as_instants_and_as_days(alice: Caller, bob: Caller) -> None:
    bounds = {"from": "2026-12-09T17:00:00Z", "to": "2026-12-09T17:30:00Z"}
    assert bob.starts(**bounds) == ["2026-12-09T17:00:00Z", "2026-12-09T17:15:00Z"]
    offsets = {"from": "2026-12-09T18:00:00+01:00", "to": "2026-12-09T18:15:00+01:00"}
    assert bob.starts(**offsets) == ["2026-12-09T17:00:00Z"]
    days = bob.starts(**{"from": "2026-12-09", "to": "2026-12-10"})
    assert (days[0], days[-1]) == ("2026-12-09T07:00:00Z", "2026-12-09T18:00:00Z")
    assert bob.starts(**{"from": "2026-12-09", "to": "2026-12-09"}) == []


def test_a_plus_sign_that_nobody_escaped_is_understood(alice: Caller, bob: Caller) -> None:
    answer = bob("GET", "/slots?from=2026-12-09T18:00:00+01:00&limit=1")
    assert told(answer)["slots"][0]["starts_at"] == "2026-12-09T17:00:00Z"


def test_after_and_before_are_hours_on_the_asked_wall(alice: Caller, bob: Caller) -> None:
    day = {"from": "2026-12-09T00:00:00Z", "to": "2026-12-10T00:00:00Z"}
    assert bob.starts(after="18:30", before="24:00", **day) == [
        "2026-12-09T17:30:00Z",
        "2026-12-09T17:45:00Z",
        "2026-12-09T18:00:00Z",
    ]
    assert bob.starts(after="08:00", before="08:15", **day) == ["2026-12-09T07:00:00Z"]
    assert bob.starts(tz="Asia/Tokyo", before="01:15", after="01:00", **day) == ["2026-12-09T16:00:00Z"]


def test_duration_filters_what_the_mentor_offers(join: Join, bob: Caller) -> None:
    policy = with_policy(durations=(30, 60), start_every=30, horizon_days=3)
    join("Alice", mentor=True, rules=evening(2), policy=policy)
    assert bob.starts() == ["2026-12-02T17:00:00Z"]
    assert bob.starts(duration=30) == ["2026-12-02T17:00:00Z", "2026-12-02T17:30:00Z"]
    assert bob.starts(duration=45) == []


def test_a_theme_filters_by_what_mentors_help_with(alice: Caller, bob: Caller, database: Database) -> None:
    with database.writing() as db:
        create_theme(db, names={"fr": "Finance", "en": "Finance"})
    for known in ("droit", "LAW", "bylaws", str(told(bob.get("/themes"))["items"][0]["id"])):
        assert told(bob.get("/slots", theme=known, limit=1))["slots"] != []
    assert told(bob.get("/slots", theme="finance"))["slots"] == []


def test_pages_reach_the_end_without_a_repeat(join: Join, bob: Caller) -> None:
    for name in ("Alice", "Anna", "Ada"):
        join(name, mentor=True, policy=with_policy(horizon_days=1))
    whole = bob.slots(limit=100)
    keys = [(slot["starts_at"], slot["mentor_id"]) for slot in whole]
    assert len(keys) == len(set(keys)) > 100
    assert [slot["starts_at"] for slot in whole] == sorted(slot["starts_at"] for slot in whole)
    for limit in (7, 20):
        assert bob.slots(limit=limit) == whole
    mentor = whole[0]["mentor_id"]
    mine = [slot for slot in whole if slot["mentor_id"] == mentor]
    assert bob.slots(limit=7, mentor=mentor) == mine
    assert told(bob.get("/slots", limit=7, mentor=mentor))["slots"] == mine[:7]


def test_distinct_pages_show_each_mentor_once_with_their_first_hour(join: Join, bob: Caller) -> None:
    mentors = [
        join(f"Alice{number}", mentor=True, rules=evening(number % 3 + 1), policy=with_policy(horizon_days=8)).id
        for number in range(7)
    ]
    slots = bob.slots(distinct="mentor", limit=2)
    assert sorted(slot["mentor_id"] for slot in slots) == mentors
    first = {mentor: bob.starts(mentor=mentor)[0] for mentor in mentors}
    assert {slot["mentor_id"]: slot["starts_at"] for slot in slots} == first


def test_what_is_listed_is_accepted_and_then_listed_no_more(join: Join, bob: Caller, charlie: Caller) -> None:
    alice = join("Alice", mentor=True, policy=with_policy(start_every=60, buffer_after=15, horizon_days=2))
    starts = bob.starts(mentor=alice.id)[:4]
    assert len(starts) == 4
    for start in starts:
        if start in bob.starts(mentor=alice.id):
            told(bob.book(alice.id, start), 201)
        assert start not in charlie.starts(mentor=alice.id)


def test_nobody_is_offered_their_own_hours_unless_they_ask(alice: Caller) -> None:
    assert alice.starts() == []
    assert alice.starts(mentor=alice.id) != []


def test_an_unknown_mentor_has_no_hours(alice: Caller, bob: Caller) -> None:
    assert told(bob.get("/slots", mentor=999_999)) == {"slots": [], "next_cursor": None}


def test_a_question_that_cannot_be_read_is_refused(alice: Caller, bob: Caller) -> None:
    questions: tuple[tuple[dict[str, Any], tuple[int, str]], ...] = (
        ({"tz": "Paris"}, (422, "unknown_zone")),
        ({"theme": "Astrologie"}, (422, "unknown_theme")),
        ({"from": "tomorrow"}, (422, "bad_date")),
        ({"from": "2026-12-32"}, (422, "bad_date")),
        ({"to": "2026-12-09T17:00:00"}, (422, "bad_date")),
        ({"to": "9999-12-31"}, (422, "bad_date")),
        ({"after": "6pm"}, (422, "bad_time")),
        ({"before": "24:15"}, (422, "bad_time")),
        ({"mentor": "alice"}, (422, "invalid")),
        ({"mentor": 10**30}, (422, "out_of_range")),
        ({"duration": 50}, (422, "invalid")),
        ({"duration": 10**30}, (422, "invalid")),
        ({"duration": 495}, (422, "out_of_range")),
        ({"duration": ""}, (422, "invalid")),
        ({"limit": 0}, (422, "out_of_range")),
        ({"limit": 101}, (422, "out_of_range")),
        ({"distinct": "theme"}, (422, "invalid")),
        ({"cursor": "not-ours"}, (422, "invalid")),
        ({"cursor": "😀"}, (422, "invalid")),
        *(({"cursor": forged(text)}, (422, "invalid")) for text in FORGERIES),
        ({"form": "2026-12-09"}, (422, "unknown_field")),
        ({"theme": "a\0b"}, (400, "unreadable")),
    )
    for said, expected in questions:
        assert (said, refused(bob.get("/slots", **said))) == (said, expected)
    assert told(bob.get("/slots", tz="Paris"), 422)["errors"][0]["field"] == "tz"


def test_a_page_of_slots_takes_the_same_statements_however_many_mentors_there_are(
    join: Join, bob: Caller, statements: Callable[..., int]
) -> None:
    join("Alice", mentor=True, policy=with_policy(horizon_days=2))
    bob.get("/slots")  # the first of an hour notes that the token was used
    one = statements(bob.get, "/slots")
    for name in ("Anna", "Ada", "Aline"):
        join(name, mentor=True, policy=with_policy(horizon_days=2))
    assert statements(bob.get, "/slots") == one


def test_slots_are_filtered_by_language_way_and_days(join: Join, bob: Caller) -> None:
    alice = join("Alice", mentor=True, policy=HOURLY, languages=["fr"])
    dora = join("Dora", mentor=True, policy=HOURLY, languages=["de"])
    told(alice.put("/me/availability", {**told(alice.get("/me/availability")), "ways": ["phone"]}))

    def mentors(**asked: str) -> set[int]:
        return {slot["mentor_id"] for slot in bob.slots(**asked, to="2026-12-03", limit="100")}

    assert mentors(language="de") == mentors(language="allemand") == mentors(way="video") == {dora.id}
    assert mentors(way="phone") == {alice.id, dora.id}
    days = {slot["local_start"][:10] for slot in bob.slots(days="2026-12-04,2026-12-02", limit="100")}
    assert days == {"2026-12-02", "2026-12-04"}
    for wrong in ({"language": "klingonish"}, {"way": "pigeon"}, {"days": "tomorrow"}, {"days": "0001-01-01"}):
        assert refused(bob.get("/slots", **wrong))[0] == 422


def test_slots_are_filtered_by_class_company_and_relation(join: Join) -> None:
    dora = join("Dora", mentor=True, policy=HOURLY, graduation_year=2004, company="Société Rive")
    yann = join("Yann", mentor=True, policy=HOURLY, graduation_year=2016, company="Rive")
    zoe = join("Zoé", mentor=True, policy=HOURLY)
    bob = join("Bob", graduation_year=2006)

    def mentors(who: Caller = bob, **asked: str) -> set[int]:
        return {slot["mentor_id"] for slot in who.slots(**asked, to="2026-12-03", limit="100")}

    assert mentors(graduated="2004") == mentors(company="SOCIETE rive") == mentors(relation="peer") == {dora.id}
    assert (
        mentors(company="rive") == mentors(relation="reverse") == mentors(relation="reverse", order="best") == {yann.id}
    )
    assert mentors(graduated="2004", company="Rive") == mentors(join("Camille"), relation="peer") == set()
    assert mentors(company="") == mentors() == {dora.id, yann.id, zoe.id}
    for wrong in ("graduated=0", "graduated=10000", "graduated=MMIV", "company=…", "relation=classic", "relation="):
        name, _, value = wrong.partition("=")
        assert (wrong, refused(bob.get("/slots", **{name: value}))[0]) == (wrong, 422)


def test_the_filters_cost_no_statement_and_a_relation_one(join: Join, statements: Callable[..., int]) -> None:
    bob = join("Bob", graduation_year=2006)
    join("Alice", mentor=True, policy=HOURLY, languages=["fr"], graduation_year=2004, company="Rive")
    bob.get("/slots")  # the first of an hour notes that the token was used
    one = statements(bob.get, "/slots")
    assert statements(bob.get, "/slots", graduated="2004", company="Rive", language="fr", way="video") == one
    assert statements(bob.get, "/slots", relation="peer") == one + 1
