"""Who is suggested, and why; the worked examples of docs/matching.md (F9)."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flashmeet.people.rules.profiles import is_stale
from flashmeet.schedule.rules.booking_facts import Relation
from flashmeet.schedule.rules.matching import POINTS, Asker, Candidate, MatchReason, best, compared, lacks, match

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
LAW, TAX = 1, 2
CAMILLE = Asker(
    languages=("fr", "en"),
    graduation_year=2024,
    sector="Industrie",
    theme_id=LAW,
    need="Relire les statuts de ma start-up avant le dépôt",
)
KARIM = Candidate(
    id=7,
    languages=("fr",),
    proofs={LAW: "J’ai relu trois cents statuts de jeunes sociétés."},
    soonest=NOW + timedelta(days=2),
    profile_at=NOW - timedelta(days=30),
    graduation_year=2008,
    headline="Avocat",
)
LEA = replace(
    KARIM, id=8, proofs={LAW: "Dix ans de contrats"}, soonest=NOW + timedelta(days=10), graduation_year=2022,
    sector="industrie", languages=("en",),
)  # fmt: skip
OLD = replace(KARIM, id=9, profile_at=NOW - timedelta(days=366))
NEW = replace(KARIM, id=5, proofs={LAW: ""}, soonest=NOW + timedelta(days=1), sector="Industrie")
"""Imported yesterday: a theme, a language, hours, and no line yet."""
EXAMPLES = {"Karim": KARIM, "Léa": LEA, "Paul": OLD, "Nora": NEW}


def points(mentor: Candidate, asker: Asker = CAMILLE) -> int:
    found = match(asker, mentor, now=NOW)
    assert found is not None
    return found.points


def test_the_worked_examples_of_the_page_are_what_the_function_says() -> None:
    page = (Path(__file__).parents[3] / "docs" / "matching.md").read_text(encoding="utf-8")
    told = {name: int(total) for name, total in re.findall(r"^\| (\w+) \|.*\| (\d+) \|$", page, re.MULTILINE)}
    assert told == {name: points(mentor) for name, mentor in EXAMPLES.items()}
    for reason, worth in POINTS.items():
        assert re.search(rf"^\| `{reason}` \| {worth} \|".replace("-", "[-−]"), page, re.MULTILINE), reason


def test_what_is_near_in_meaning_counts_the_more_the_nearer_it_is() -> None:
    worth = {near: points(replace(KARIM, nearness=near)) - points(KARIM) for near in (0.0, 0.1, 0.275, 0.45, 0.9)}
    assert worth == {0.0: 0, 0.1: 0, 0.275: 18, 0.45: 36, 0.9: 36}
    found = match(CAMILLE, replace(KARIM, nearness=0.9), now=NOW)
    assert found is not None
    assert found.reasons[:2] == ("theme", "near")


def test_whoever_gave_hours_lately_leaves_room_to_others() -> None:
    lost = [points(KARIM) - points(replace(KARIM, given=40, beyond=beyond)) for beyond in (0, 1, 2.5, 28, 29, 50)]
    assert lost == [0, 7, 18, 196, 200, 200]
    busy, rested = compared([replace(KARIM, id=1, given=3), replace(KARIM, id=2)])
    assert [each.mentor_id for each in best(CAMILLE, (busy, rested), now=NOW, limit=2)] == [2, 1]


def test_what_somebody_gave_is_held_against_them_only_beyond_what_the_others_gave() -> None:
    given = {1: 12, 2: 0, 3: 6, 4: 6}
    beyond = {each.id: each.beyond for each in compared([replace(KARIM, id=id, given=n) for id, n in given.items()])}
    assert beyond == {1: 6.0, 2: 0.0, 3: 0.0, 4: 0.0}
    assert compared([]) == []


def test_had_karim_given_six_hours_lea_would_come_first() -> None:
    found = compared([replace(KARIM, given=6), LEA, OLD, NEW])
    told = {each.mentor_id: each.points for each in best(CAMILLE, found, now=NOW, limit=4)}
    assert list(told) == [LEA.id, KARIM.id, OLD.id, NEW.id]
    assert told[KARIM.id] == 297


def test_reasons_are_named_what_they_know_first() -> None:
    found = match(CAMILLE, KARIM, now=NOW)
    assert found is not None
    assert found.reasons == ("theme", "words", "soon", "rested", "language")


def test_the_best_come_first_and_the_answer_is_always_the_same() -> None:
    mentors = [OLD, LEA, KARIM]
    forwards = best(CAMILLE, mentors, now=NOW, limit=3)
    assert [each.mentor_id for each in forwards] == [KARIM.id, LEA.id, OLD.id]
    assert forwards == best(CAMILLE, reversed(mentors), now=NOW, limit=3)


def test_equals_are_told_apart_by_the_sooner_hour_then_by_id() -> None:
    later = replace(KARIM, id=1, soonest=NOW + timedelta(days=2, hours=1))
    twin = replace(KARIM, id=99)
    assert [each.mentor_id for each in best(CAMILLE, [twin, later, KARIM], now=NOW, limit=9)] == [7, 99, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"soonest": None},
        {"available": False},
        {"languages": ("de",)},
        {"languages": ()},
        {"proofs": {}},
        {"proofs": {TAX: "Vingt ans de TVA"}},
    ],
)
def test_who_is_full_away_incomplete_or_speaks_another_language_is_never_suggested(change: dict[str, object]) -> None:
    assert match(CAMILLE, replace(KARIM, **change), now=NOW) is None  # type: ignore[arg-type]  # fields of a candidate


def test_whoever_has_not_said_yet_what_they_offer_comes_after_all_who_have_whatever_the_points() -> None:
    assert points(NEW) > points(LEA) > points(OLD)
    found = best(CAMILLE, [NEW, OLD, LEA, KARIM], now=NOW, limit=9)
    assert [(each.mentor_id, each.has_line) for each in found] == [
        (KARIM.id, True),
        (LEA.id, True),
        (OLD.id, True),
        (NEW.id, False),
    ]
    elsewhere = replace(NEW, proofs={LAW: " ", TAX: "Vingt ans de TVA"})
    assert [each.has_line for each in best(CAMILLE, [elsewhere], now=NOW, limit=1)] == [False]
    assert [each.has_line for each in best(replace(CAMILLE, theme_id=None), [elsewhere], now=NOW, limit=1)] == [True]


def test_a_peer_or_a_reverse_mentor_is_found_where_one_is_asked_for() -> None:
    peer, reverse = replace(CAMILLE, relation=Relation.PEER), replace(CAMILLE, relation=Relation.REVERSE)
    assert [each.mentor_id for each in best(peer, [KARIM, LEA], now=NOW, limit=9)] == [LEA.id]
    assert best(reverse, [KARIM, LEA], now=NOW, limit=9) == []
    senior = replace(reverse, graduation_year=1996)
    assert [each.mentor_id for each in best(senior, [KARIM, LEA], now=NOW, limit=9)] == [KARIM.id, LEA.id]


def test_without_a_theme_everybody_who_has_said_enough_may_be_suggested() -> None:
    assert match(replace(CAMILLE, theme_id=None), replace(KARIM, proofs={TAX: "TVA"}), now=NOW) is not None


def test_who_has_no_theme_is_suggested_to_nobody_whatever_is_asked() -> None:
    assert match(replace(CAMILLE, theme_id=None), replace(KARIM, proofs={}), now=NOW) is None


def reasons(mentor: Candidate, asker: Asker = CAMILLE) -> tuple[str, ...]:
    found = match(asker, mentor, now=NOW)
    assert found is not None
    return found.reasons


def test_the_theme_counts_and_is_said_where_one_is_asked_for() -> None:
    anything = replace(CAMILLE, theme_id=None)
    assert points(KARIM) - points(KARIM, anything) == POINTS[MatchReason.THEME]
    assert "theme" in reasons(KARIM)
    assert "theme" not in reasons(KARIM, anything)


def test_the_relation_counts_where_it_is_asked_for() -> None:
    peer = replace(CAMILLE, relation=Relation.PEER)
    assert points(LEA, peer) - points(LEA) == POINTS[MatchReason.RELATION]
    assert ("relation" in reasons(LEA, peer), "relation" in reasons(LEA)) == (True, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Industrie", "industrie", True),
        ("Énergie", "energie", True),
        ("Industrie", "Banque", False),
        ("", "", False),
        ("-", "-", False),
        ("", "Banque", False),
    ],
)
def test_one_sector_and_one_company_count_however_they_are_written_and_what_is_not_said_does_not(
    ours: str, theirs: str, same: bool
) -> None:
    plain, none = replace(CAMILLE, sector="", company=""), replace(KARIM, sector="", company="")
    sector = points(replace(none, sector=theirs), replace(plain, sector=ours)) - points(none, plain)
    company = points(replace(none, company=theirs), replace(plain, company=ours)) - points(none, plain)
    assert (sector, company) == (POINTS[MatchReason.SECTOR] * same, POINTS[MatchReason.COMPANY] * same)


def test_each_day_that_the_hour_is_later_takes_three_points_until_none_is_left() -> None:
    ahead = (timedelta(), timedelta(days=2), timedelta(days=2, hours=23), timedelta(days=28), timedelta(days=40))
    worth = [points(replace(KARIM, soonest=NOW + each)) for each in ahead]
    assert [each - worth[-1] for each in worth] == [84, 78, 78, 0, 0]


@pytest.mark.parametrize(
    ("need", "line", "shared"),
    [
        ("statuts", "statuts", 1),
        ("statuts, contrat", "contrat et statuts", 2),
        ("statuts contrat bail fiscalité", "bail fiscalité contrat statuts", 3),  # three at most
        ("un bon bail", "un bon bail", 1),  # words of three letters say nothing
        ("pour avec", "pour avec", 0),  # nor do words that every sentence has
        ("statuts", "contrat", 0),
        ("", "statuts", 0),
    ],
)
def test_words_in_common_count_up_to_three_and_only_those_that_say_something(need: str, line: str, shared: int) -> None:
    asker, mentor = replace(CAMILLE, need=need), replace(KARIM, headline="", proofs={LAW: line})
    silent = replace(CAMILLE, need="")
    assert points(mentor, asker) - points(mentor, silent) == shared * POINTS[MatchReason.WORDS]


def test_within_two_weeks_is_said_to_be_soon_and_three_hours_given_are_not_said_to_be_few() -> None:
    day, minute = timedelta(days=14), timedelta(minutes=1)
    assert "soon" in reasons(replace(KARIM, soonest=NOW + day))
    assert "soon" not in reasons(replace(KARIM, soonest=NOW + day + minute))
    assert ["rested" in reasons(replace(KARIM, given=given)) for given in (0, 2, 3)] == [True, True, False]


def test_a_mentor_is_told_what_is_missing_in_the_order_of_its_use() -> None:
    assert lacks(proofs={}, languages=()) == ("themes", "proof", "languages")
    assert lacks(proofs={LAW: ""}, languages=("fr",)) == ("proof",)
    assert lacks(proofs={LAW: "x", TAX: ""}, languages=("fr",)) == ()


def test_a_profile_is_stale_after_a_year() -> None:
    assert [is_stale(NOW - timedelta(days=days), now=NOW) for days in (365, 366)] == [False, True]
    assert points(KARIM) - points(OLD) == 40
