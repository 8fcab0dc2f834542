"""Names are found however they are written and sorted as people sort them, on both databases alike."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from random import Random
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Table
from sqlalchemy.orm import Session

from flashmeet.core.database.bulk import insert_all
from flashmeet.core.database.session import Database
from flashmeet.core.text import fold, sort_key
from flashmeet.directory.queries import find_members
from flashmeet.directory.rules.filters import MemberFilter
from flashmeet.identity.models import Member
from flashmeet.identity.rules import searched, searched_words
from flashmeet.people.service.mentors import find_mentors
from flashmeet.programme.rules.registrants import View
from flashmeet.programme.service.registrants import registrants
from tests.people import NOW, member, mentor

NAMES = (
    ("Anaïs", "BÉNARD"),
    ("Étienne", "Écuyer"),
    ("Jürgen", "Groß"),
    ("Rémi", "L’Hôpital"),
    ("Jean-Luc", "O'Brien"),
    ("Cœur", "Bjørnsøn"),
)
WRITTEN = {
    "bénard": "BÉNARD",
    "BENARD": "BÉNARD",
    "étienne ecuyer": "Écuyer",
    "ÉCUYER": "Écuyer",
    "JÜRGEN": "Groß",
    "gross": "Groß",
    "l'hôpital": "L’Hôpital",
    "l’hopital": "L’Hôpital",
    "lhopital": "L’Hôpital",
    "Re\u0301mi": "L’Hôpital",
    "jeanluc": "O'Brien",
    "jean luc obrien": "O'Brien",
    "O’BRIEN": "O'Brien",
    "coeur bjornson": "Bjørnsøn",
    "BJØRNSØN": "Bjørnsøn",
}
SORTED = ["Arc", "Cote", "Coté", "Côte", "Côté", "Cotes", "Écuyer", "Efe", "Œuvrard", "Ofer", "Zola"]


def people(db: Session) -> None:
    for first_name, last_name in NAMES:
        mentor(db, first_name).last_name = last_name
    db.flush()


@pytest.mark.parametrize(("text", "last_name"), WRITTEN.items())
def test_a_name_is_found_however_it_is_written(database: Database, text: str, last_name: str) -> None:
    with database.writing() as db:
        people(db)
        admins = [each.last_name for each in find_members(db, MemberFilter(text=text)).members]
        listed = registrants(db, View(text=text), tzid="UTC", now=NOW).rows
        api = find_mentors(db, viewer_id=0, text=text)
    assert admins == [each.member.last_name for each in listed] == [each.last_name for each in api] == [last_name]


def test_members_are_listed_as_people_sort(database: Database) -> None:
    mixed = list(SORTED)
    Random(1).shuffle(mixed)
    with database.writing() as db:
        for at, last_name in enumerate(mixed):
            bob = member(db, f"Bob{at}")
            bob.first_name, bob.last_name = "Bob", last_name
        db.flush()
        listed = [each.last_name for each in find_members(db, MemberFilter()).members]
        registered = [row.member.last_name for row in registrants(db, View(), tzid="UTC", now=NOW).rows]
    assert listed == registered == SORTED


def test_an_address_is_found_in_any_form_it_is_typed_in(database: Database) -> None:
    with database.writing() as db:
        member(db, "Bob").email = "bob@xn--cole-9oa.fr"
        db.flush()
        found = [
            len(find_members(db, MemberFilter(text=text)).members) for text in ("Bob@École.fr", "BOB@", "bob@ecole.fr")
        ]
    assert found == [1, 1, 0]


def test_a_changed_name_is_found_by_its_new_form_only(database: Database) -> None:
    with database.writing() as db:
        bob = member(db, "Bob")
        for bob.last_name in ("Lefèvre", "Nuñez"):
            db.flush()
        found = [len(find_members(db, MemberFilter(text=text)).members) for text in ("lefevre", "nunez")]
    assert found == [0, 1]


def test_a_bulk_insert_without_the_keys_is_refused_by_the_database(database: Database) -> None:
    row: dict[str, object] = {
        "email": "x@example.org",
        "first_name": "É",
        "last_name": "X",
        "tzid": "UTC",
        "locale": "fr",
    }
    row |= {"created_at": datetime(2026, 1, 1, tzinfo=UTC), "languages": []}
    with pytest.raises(Exception, match="search_name"), database.writing() as db:
        insert_all(db, cast(Table, Member.__table__), [row])


letters = st.characters(exclude_categories=["Cs", "Cc"])
lines = st.lists(st.one_of(st.sampled_from("éÉe\u0301œŒßøØ’'- ẞİıł™ﬁ"), letters), max_size=8).map("".join)


@given(lines)
def test_the_fold_of_a_fold_is_itself_and_no_form_of_a_text_changes_it(text: str) -> None:
    forms = {fold(unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert forms == {fold(text)} == {fold(fold(text))}


@given(lines, lines)
def test_a_name_is_found_by_its_own_text_in_any_form(first_name: str, last_name: str) -> None:
    kept = searched(first_name, last_name)
    for text in (first_name, last_name, last_name.upper(), unicodedata.normalize("NFD", first_name)):
        assert all(word in kept for _, folded in searched_words(text) for word in folded)


@given(lines, lines)
def test_texts_sort_by_their_folds_first(one: str, other: str) -> None:
    if fold(one) != fold(other):
        assert (sort_key(one) < sort_key(other)) == (fold(one) < fold(other))
