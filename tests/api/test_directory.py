"""Who the caller is, what people ask about, who may be booked."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any

from flashmeet.core.database.session import Database
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.themes.models import Theme
from flashmeet.themes.service import create_theme
from tests.api.callers import Caller, refused, told
from tests.api.conftest import Join


def test_me_is_who_the_token_speaks_for(join: Join) -> None:
    zoe = join("Zoé", tzid="America/Toronto", locale="en", mentor=False, administrator=True, approved=False)
    assert told(zoe.get("/me")) == {
        "id": zoe.id,
        "email": "zoé@example.org",
        "first_name": "Zoé",
        "last_name": "Exemple",
        "roles": ["mentee", "administrator"],
        "approved": False,
        "tzid": "America/Toronto",
        "locale": "en",
    }


def test_themes_are_named_in_the_callers_language(join: Join, bob: Caller, database: Database) -> None:
    with database.writing() as db:
        create_theme(db, names={"fr": "Fiscalité", "en": "Taxes"}, regulated=True)
    english = join("Charlie", locale="en")
    assert [theme["name"] for theme in told(bob.get("/themes"))["items"]] == ["Droit", "Fiscalité"]
    law, tax = told(english.get("/themes"))["items"]
    assert tax == {
        "id": tax["id"],
        "slug": "fiscalite",
        "name": "Taxes",
        "names": {"fr": "Fiscalité", "en": "Taxes"},
        "regulated": True,
    }
    for known in (law["id"], "droit", "STATUTS", "law"):
        assert told(english.get(f"/themes/{known}")) == law
    assert refused(english.get("/themes/astrology")) == (404, "not_found")


def test_a_retired_theme_is_found_nowhere(join: Join, alice: Caller, bob: Caller, database: Database) -> None:
    with database.writing() as db:
        db.query(Theme).one().active = False
    assert told(bob.get("/themes"))["items"] == []
    assert refused(bob.get("/themes/droit")) == (404, "not_found")
    assert refused(bob.get("/mentors", theme="droit")) == (422, "unknown_theme")
    assert told(bob.get(f"/mentors/{alice.id}"))["themes"] == []


def test_a_mentors_profile_holds_no_address_and_no_phone(join: Join, bob: Caller) -> None:
    profile = {
        "headline": "Avocate",
        "company": "Exemple & Cie",
        "sector": "Droit",
        "graduation_year": 2009,
        "languages": ["fr", "en"],
    }
    alice = join("Alice", mentor=True, phone="+33612345678", **profile)
    shown = told(bob.get(f"/mentors/{alice.id}"))
    theme = shown["themes"][0]
    assert shown == {
        "id": alice.id,
        "name": "Alice Exemple",
        "first_name": "Alice",
        "last_name": "Exemple",
        "tzid": "Europe/Paris",
        "themes": [{"id": theme["id"], "slug": "droit", "name": "Droit", "proof": "Quinze ans de droit des affaires"}],
        **profile,
    }
    assert told(bob.get("/mentors"))["items"] == [shown]


def test_mentors_are_found_by_theme_and_words_and_paged_without_repeats(
    join: Join, bob: Caller, database: Database
) -> None:
    ids = [join(name, mentor=True, rules=()).id for name in ("Alice", "Anna", "Ada", "Aline", "Agathe")]
    with database.writing() as db:
        finance = create_theme(db, names={"fr": "Finance", "en": "Finance"})
        db.add(MentorTheme(mentor_id=ids[2], theme_id=finance.id))

    def found(**query: Any) -> list[int]:
        return [mentor["id"] for mentor in told(bob.get("/mentors", **query))["items"]]

    assert found(theme="Finance") == [ids[2]]
    assert found(q="ali") == [ids[0], ids[3]]
    assert found(q="ali exemple", theme="droit") == [ids[0], ids[3]]
    assert found(q="%") == []
    pages, query = [], {"limit": 2}
    while True:
        page = told(bob.get("/mentors", **query))
        pages.append([mentor["id"] for mentor in page["items"]])
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert pages == [ids[:2], ids[2:4], ids[4:]]


def test_only_bookable_mentors_are_shown(join: Join, bob: Caller, database: Database) -> None:
    waiting = join("Wanda", mentor=True, approved=False, rules=())
    gone = join("Gina", mentor=True, rules=())
    with database.writing() as db:
        db.get_one(Member, gone.id).suspended = True
    assert told(bob.get("/mentors"))["items"] == []
    for hidden in (waiting, gone, bob):
        assert refused(bob.get(f"/mentors/{hidden.id}")) == (404, "not_found")


def cursor(number: str) -> str:
    """A cursor after that row, as nobody gave it."""
    return urlsafe_b64encode(f"id:{number}".encode()).decode().rstrip("=")


def test_lists_refuse_what_they_cannot_read(bob: Caller) -> None:
    for path, said, expected in (
        ("/mentors", {"limit": 1_000}, (422, "out_of_range")),
        ("/mentors", {"cursor": "???"}, (422, "invalid")),
        ("/mentors", {"cursor": "aWQ6OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}, (422, "invalid")),
        ("/mentors", {"cursor": cursor("9" * 5_000)}, (422, "invalid")),
        ("/mentors", {"cursor": cursor("1_0")}, (422, "invalid")),
        ("/mentors", {"cursor": cursor("")}, (422, "invalid")),
        ("/bookings", {"cursor": cursor("9" * 5_000)}, (422, "invalid")),
        ("/mentors", {"theme": "astrology"}, (422, "unknown_theme")),
        ("/mentors", {"query": "x"}, (422, "unknown_field")),
        ("/themes", {"q": "x"}, (422, "unknown_field")),
        ("/bookings", {"status": "lost"}, (422, "invalid")),
        ("/bookings", {"limit": "many"}, (422, "invalid")),
    ):
        assert (said, refused(bob.get(path, **said))) == (said, expected)


def test_a_list_of_mentors_takes_the_same_statements_however_long_it_is(
    join: Join, bob: Caller, statements: Callable[..., int]
) -> None:
    join("Alice", mentor=True, rules=())
    bob.get("/mentors")
    one = statements(bob.get, "/mentors")
    for name in ("Anna", "Ada", "Aline"):
        join(name, mentor=True, rules=())
    assert statements(bob.get, "/mentors") == one
