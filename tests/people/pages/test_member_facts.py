"""What a page takes of a member's facts a member file takes too, and the other way round, and both keep the same."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from flashmeet.core.database.engine import Database
from flashmeet.http.forms.reading import Faults, read_form
from flashmeet.identity.models import Member
from flashmeet.people.pages.joining import JoiningForm
from flashmeet.people.pages.profile import ProfileForm
from flashmeet.people.rules.facts import FACTS, OPTIONAL_COLUMNS, Fact
from flashmeet.people.rules.member_columns import COLUMNS
from flashmeet.people.service.import_members import import_members
from flashmeet.people.service.member_files import read_file
from flashmeet.people.service.profile import save_offers, save_profile
from tests import people

LINES = st.one_of(
    st.text(max_size=12),
    st.text("ab \t\n\u00a0\u2028\u202e;,\"'", max_size=12),
    st.integers(98, 102).map("x".__mul__),
    st.integers(198, 202).map("é".__mul__),
    st.integers(198, 202).map(lambda length: " " + "y" * length + "\n"),
)
LANGUAGES = ["fr", "English", "español", "gaa", "klingonn", "de", "it", "pt", "nl", "sv", "da", "fi", "pl", "cs", "sk"]
LANGUAGES += ["hu", "ro", "bg", "el", "tr", "ru", "uk", "ja", "zh", "ko"]
TEXTS: dict[str, st.SearchStrategy[str]] = {
    "line": LINES,
    "email": st.one_of(
        st.sampled_from(
            ["a@example.org", " A@Example.ORG ", "a@localhost", "a b@example.org", "@", "", "a\u200b@b.org"]
        ),
        st.integers(240, 244).map(lambda length: "x" * length + "@example.org"),
        st.emails(),
    ),
    "year": st.one_of(
        st.sampled_from(["1899", "1900", "2100", "2101", "", "٢٠١٠", "20 10"]), st.text("0129", max_size=5)
    ),
    "phone": st.one_of(
        st.sampled_from(["06 12 34 56 78", "+33612345678", "+1 416 555 0123", "12", "", "phone"]),
        st.text("+0612 ", max_size=14),
    ),
    "zone": st.sampled_from(["Europe/Paris", " America/Toronto ", "Mars/Olympus", "UTC", "europe/paris", "US/Pacific"]),
    "locale": st.sampled_from(["fr", "EN", "fr-CA", "en_GB", "de", "tlh", "f"]),
    "languages": st.builds(
        lambda words, between: between.join(words),
        st.lists(st.sampled_from(LANGUAGES), max_size=25),
        st.sampled_from([";", ", ", " ; "]),
    ),
}
START = {
    "email": "zoe@example.org",
    "first_name": "Zoé",
    "last_name": "Petit",
    "roles": "mentor",
    "approved": "yes",
    "tzid": "Europe/Paris",
    "locale": "fr",
    "languages": "fr",
    "themes": "droit",
}
TRIES = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True
)


def imported(db: Session, cells: dict[str, str]) -> Member | None:
    """The member that a file of this one row makes, if it is taken."""
    columns = (*COLUMNS, *OPTIONAL_COLUMNS)
    out = io.StringIO()
    csv.writer(out).writerows([columns, [cells.get(column, "") for column in columns]])
    file = read_file(out.getvalue().encode(), country="FR")
    if file.problems:
        return None
    import_members(db, file.rows, update=False, now=people.NOW)
    return db.query(Member).filter_by(email=file.rows[0].email).one()


def saved(db: Session, cells: dict[str, str], theme_id: int) -> Member | None:
    """The member after their profile was sent with these texts, if it is taken."""
    form = MultiDict({**cells, "themes": str(theme_id), f"proof-{theme_id}": cells.get("proof", "")})
    read = read_form(ProfileForm, form, context={"country": "FR"})
    if isinstance(read, Faults):
        return None
    bob = people.member(db, "Bob", mentor=True)
    save_profile(db, bob, read.facts, sms_opt_in=False, now=people.NOW)
    save_offers(db, bob, read.proof, now=people.NOW)
    return bob


def kept(db: Session, member: Member | None, fact: Fact) -> object:
    """As the database gives it back; "refused" where nothing is written."""
    if member is None:
        return "refused"
    db.flush()
    db.refresh(member)
    return member.offers[0].proof if fact.per_theme else getattr(member, fact.name)


def in_a_cell(fact: Fact, text: str) -> str:
    """One line of proof, as a cell of several writes it."""
    return '"' + text.replace('"', '""') + '"' if fact.per_theme and text.strip() else text


@pytest.mark.parametrize(
    "fact", [each for each in FACTS if {"import", "profile"} <= each.ways], ids=lambda each: each.name
)
def test_the_profile_takes_what_an_import_takes_and_keeps_the_same(database: Database, fact: Fact) -> None:
    with database.new_writer() as db:
        theme_id = people.law(db).id

        @TRIES
        @given(TEXTS[fact.kind])
        def same(text: str) -> None:
            with db.begin_nested() as before:
                page = kept(db, saved(db, {**START, fact.name: text}, theme_id), fact)
                file = kept(db, imported(db, {**START, fact.name: in_a_cell(fact, text)}), fact)
                before.rollback()
            db.expire_all()
            empty_means_the_networks = fact.name in ("tzid", "locale", "languages") and not text.strip(" ;,")
            assert empty_means_the_networks or page == file

        same()


@pytest.mark.parametrize(
    "fact", [each for each in FACTS if {"import", "joining"} <= each.ways], ids=lambda each: each.name
)
def test_joining_takes_what_an_import_takes_and_reads_the_same(fact: Fact) -> None:
    @TRIES
    @given(TEXTS[fact.kind])
    def same(text: str) -> None:
        form = MultiDict([*{**START, fact.name: text, "role": "mentor"}.items(), ("commitments", "0")])
        there = read_form(JoiningForm, form, context={"country": "FR", "commitments": 1})
        out = io.StringIO()
        csv.writer(out).writerows([COLUMNS, [{**START, fact.name: text}.get(column, "") for column in COLUMNS]])
        rows = read_file(out.getvalue().encode(), country="FR").rows
        read = {"email": rows[0].email, **rows[0].facts} if rows else {}
        needed_by_joining_alone = fact.name == "last_name" and bool(rows) and read["last_name"] == ""
        expected = read.get(fact.name, "refused")
        assert (
            needed_by_joining_alone
            or ("refused" if isinstance(there, Faults) else getattr(there, fact.name)) == expected
        )

    same()
