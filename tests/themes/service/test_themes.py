"""Themes kept in order: renamed, merged, retired; nothing that led somewhere leads nowhere (F2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import BadInput, Missing, NotFound, ThemeExists, TooManyThemes, UnknownTheme
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.programme.service.themes import (
    ThemeWords,
    change_theme,
    history_of,
    kept_theme,
    merge_themes,
    open_theme,
    restore_theme,
    retire_theme,
)
from flashmeet.schedule.models import Opening
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.schedule.service.slots import SlotQuery, find_slots
from flashmeet.setup.service.starter_themes import every_starter, open_starters
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import ByWords, Understanding
from flashmeet.themes.service import create_theme, find_theme, recognised_theme
from tests import people
from tests.people import NOW
from tests.scene import HOURLY
from tests.use_cases import Book


def words(fr: str, en: str, *, synonyms: tuple[str, ...] = (), regulated: bool = False) -> ThemeWords:
    return ThemeWords(names={"fr": fr, "en": en}, synonyms={"fr": synonyms}, examples={}, regulated=regulated)


@pytest.fixture
def odile(db: Session) -> Member:
    return people.member(db, "Odile", administrator=True)


def slots(db: Session, theme: Theme | None = None) -> int:
    query = SlotQuery(tzid="UTC", theme_id=theme.id if theme else None, limit=100)
    return len(find_slots(db, query, now=NOW).slots)


def rows(db: Session, theme_id: int) -> set[tuple[object, ...]]:
    columns = (Opening.starts_at, Opening.mentor_id, Opening.opens_at, Opening.closes_at, Opening.free_until)
    return {tuple(row) for row in db.execute(select(*columns).where(Opening.theme_id == theme_id))}


@pytest.mark.parametrize("by", [ByWords(), understanding()], ids=lambda by: by.name)
@pytest.mark.parametrize("need", ["statuts de ma start-up", "STATUTS sas", "company bylaws"])
def test_the_starter_set_knows_what_people_type(db: Session, odile: Member, need: str, by: Understanding) -> None:
    assert open_starters(db, every_starter(), by=odile, now=NOW) == 8
    theme = recognised_theme(db, need, by=by)
    assert theme is not None
    assert (theme.names["fr"], theme.regulated) == ("Droit", True)


def test_the_starter_set_leaves_alone_what_is_there(db: Session, odile: Member) -> None:
    people.law(db)
    assert [open_starters(db, every_starter(), by=odile, now=NOW) for _ in range(2)] == [7, 0]
    assert db.scalar(select(func.count()).select_from(Theme)) == 8


def test_a_renamed_theme_is_found_by_its_old_and_its_new_names(db: Session, odile: Member) -> None:
    theme = open_theme(db, words("Droit", "Law", synonyms=("bail", "statuts")), by=odile, sure=False, now=NOW)
    change_theme(db, theme.id, words("Questions de droit", "Legal", synonyms=("statuts",)), by=odile, now=NOW)
    for text in ("droit", "DROIT", "law", "Questions de DROIT", "legal", "statuts", theme.id):
        assert find_theme(db, text) is theme
    assert theme.slug == "droit"
    with pytest.raises(UnknownTheme):
        find_theme(db, "bail")
    assert [(each.event.what, each.by) for each in history_of(db, theme.id)] == [
        ("changed", odile),
        ("created", odile),
    ]
    assert history_of(db, theme.id)[0].event.facts["before"]["names"] == {"fr": "Droit", "en": "Law"}


def test_a_theme_needs_a_name_in_each_language_and_one_that_is_free(db: Session, odile: Member) -> None:
    with pytest.raises(Missing):
        words("Droit", " ")
    open_theme(db, words("Droit", "Law"), by=odile, sure=False, now=NOW)
    with pytest.raises(ThemeExists):
        open_theme(db, words("DROIT", "Other"), by=odile, sure=False, now=NOW)


def test_the_thirteenth_theme_is_asked_about_again(db: Session, odile: Member) -> None:
    for number in range(12):
        open_theme(db, words(f"Thème {number}", f"Theme {number}"), by=odile, sure=False, now=NOW)
    with pytest.raises(TooManyThemes):
        open_theme(db, words("De trop", "Too much"), by=odile, sure=False, now=NOW)
    assert open_theme(db, words("De trop", "Too much"), by=odile, sure=True, now=NOW).active


def test_a_merged_theme_gives_all_it_has_and_its_id_and_slug_lead_on(db: Session, odile: Member, book: Book) -> None:
    law = people.law(db)
    firms = create_theme(db, names={"fr": "Sociétés", "en": "Firms"}, synonyms=["SARL"], regulated=True)
    alice, both = people.mentor(db, "Alice", policy=HOURLY), people.mentor(db, "Both", policy=HOURLY)
    dora, bob = people.mentor(db, "Dora", policy=HOURLY), people.member(db, "Bob")
    dora.offers = [MentorTheme(theme_id=firms.id, proof="Vingt sociétés")]
    both.offers.append(MentorTheme(theme_id=firms.id, proof=""))
    db.flush()
    for each in (dora, both):
        refresh_openings(db, each.id, now=NOW)
    at = NOW.replace(hour=12) + timedelta(days=2)
    coming = book(bob, dora, at, theme="SARL")
    past = book(bob, dora, at + timedelta(days=1), theme="SARL")
    past.starts_at, past.ends_at, past.status = (
        NOW - timedelta(days=9),
        NOW - timedelta(days=9, hours=-1),
        BookingStatus.COMPLETED,
    )
    db.flush()

    merge_themes(db, firms.id, law.id, by=odile, now=NOW)

    for text in ("Sociétés", "societes", "firms", "sarl", firms.id, law.id):
        assert find_theme(db, text) is law
    assert kept_theme(db, firms.id) is law
    assert (firms.active, firms.merged_into_id, law.regulated) == (False, law.id, True)
    assert law.synonyms["fr"][-2:] == ["Sociétés", "SARL"]
    db.refresh(coming)
    db.refresh(past)
    assert (coming.theme_id, past.theme_id) == (law.id, firms.id)
    assert rows(db, firms.id) == set()
    index = rows(db, law.id)
    assert {row[1] for row in index} == {alice.id, both.id, dora.id}
    for mentor in (alice, both, dora):
        refresh_openings(db, mentor.id, now=NOW)
    assert rows(db, law.id) == index
    assert history_of(db, firms.id)[0].event.facts["into"] == law.id
    assert history_of(db, law.id)[0].event.facts["names"] == {"fr": "Sociétés", "en": "Firms"}


def test_a_chain_of_merges_leads_to_its_end_at_once(db: Session, odile: Member) -> None:
    a, b, c = (create_theme(db, names={"fr": name, "en": name}) for name in ("Un", "Deux", "Trois"))
    merge_themes(db, a.id, b.id, by=odile, now=NOW)
    merge_themes(db, b.id, c.id, by=odile, now=NOW)
    assert find_theme(db, a.id) is find_theme(db, "un") is c
    for source, target in ((c.id, c.id), (c.id, a.id), (a.id, c.id)):
        with pytest.raises((BadInput, NotFound)):
            merge_themes(db, source, target, by=odile, now=NOW)


def test_a_retired_theme_is_nowhere_and_comes_back_with_its_hours(db: Session, odile: Member) -> None:
    law = people.law(db)
    alice = people.mentor(db, "Alice", policy=HOURLY)
    before = rows(db, law.id)
    retire_theme(db, law.id, by=odile, now=NOW)
    with pytest.raises(UnknownTheme):
        find_theme(db, "droit")
    assert recognised_theme(db, "statuts", by=ByWords()) is None
    refresh_openings(db, alice.id, now=NOW)
    assert (rows(db, law.id), slots(db) > 0) == (set(), True)
    restore_theme(db, law.id, by=odile, now=NOW)
    assert rows(db, law.id) == before
    assert [each.event.what for each in history_of(db, law.id)] == ["restored", "retired"]


def test_one_approved_mentor_with_one_open_hour_makes_a_theme_bookable(db: Session, book: Book) -> None:
    alice, bob = people.mentor(db, "Alice", policy=HOURLY), people.member(db, "Bob")
    law = people.law(db)
    assert slots(db, law) > 0
    assert book(bob, alice, NOW.replace(hour=12) + timedelta(days=2)).status == BookingStatus.CONFIRMED
