"""A slang word is understood after three people chose its theme, and forgotten with one of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import revision
from flashmeet.core.database.session import Database
from flashmeet.core.settings.entries import LEARNS_THEMES
from flashmeet.core.settings.service import change_setting
from flashmeet.identity.models import Member
from flashmeet.privacy.rules.periods import SEARCHES_KEPT
from flashmeet.privacy.service.retention import keep_periods
from flashmeet.privacy.service.wipe import wipe
from flashmeet.programme.service.themes import merge_themes, retire_theme
from flashmeet.setup.service.starter_themes import every_starter, open_starters
from flashmeet.themes.adapters.understanding import understanding
from flashmeet.themes.models import Theme, ThemeChoice
from flashmeet.themes.queries import forget_choices, learned_of_themes
from flashmeet.themes.rules.learning import A_MEMBER
from flashmeet.themes.rules.understanding import ByWords, Understanding
from flashmeet.themes.service import find_theme, note_choice, recognise_need
from tests import people
from tests.browsers import Browser
from tests.databases import statements_of
from tests.people import NOW
from tests.scene import stage

SignedIn = Callable[[Member], Browser]
NEEDS = ("changer de blase pour ma boîte", "quel blase pour mon projet ?", "trouver un blase qui claque")
LATER_NEED = "mon blase est déjà pris"
WAYS = pytest.mark.parametrize("by", [ByWords(), understanding()], ids=lambda by: by.name)


@pytest.fixture
def three(db: Session) -> list[Member]:
    """Three members of a network with the starter themes."""
    odile = people.member(db, "Odile", administrator=True)
    open_starters(db, every_starter(), by=odile, now=NOW)
    return [people.member(db, name) for name in ("Ana", "Ben", "Cem")]


@pytest.fixture
def bob(database: Database) -> Member:
    """Bob, in the same network."""
    scene = stage(database)
    with database.writing() as db:
        open_starters(db, every_starter(), by=scene.alice, now=NOW)
    return scene.bob


def starts_up(db: Session) -> Theme:
    return find_theme(db, "entreprendre")


def choose(db: Session, member: Member, need: str, theme: Theme) -> None:
    note_choice(db, member.id, need, theme.id, understood=None, now=NOW)


def all_choose(db: Session, three: list[Member]) -> Theme:
    for who, need in zip(three, NEEDS, strict=True):
        choose(db, who, need, starts_up(db))
    return starts_up(db)


@WAYS
def test_a_slang_word_is_understood_after_three_people_chose_and_unlearned_when_one_is_erased(
    db: Session, three: list[Member], by: Understanding
) -> None:
    theme = starts_up(db)
    for number, (who, need) in enumerate(zip(three, NEEDS, strict=True)):
        assert recognise_need(db, LATER_NEED, by=by).theme_id != theme.id, number
        choose(db, who, need, theme)
    found = recognise_need(db, LATER_NEED, by=by)
    assert (found.theme_id, found.theme_ids[0]) == (theme.id, theme.id)
    assert recognise_need(db, "blase", by=by).theme_id == theme.id
    wipe(db, three[1], now=NOW)
    assert recognise_need(db, LATER_NEED, by=by).theme_id != theme.id
    assert learned_of_themes(db) == {}


@WAYS
def test_a_few_mistaken_clicks_turn_nothing_that_the_themes_say(
    db: Session, three: list[Member], by: Understanding
) -> None:
    need, law = "relire mon contrat de travail", find_theme(db, "droit")
    assert recognise_need(db, need, by=by).theme_id == law.id
    for who in three:
        choose(db, who, f"contrat {who.first_name}", find_theme(db, "partir-a-l-etranger"))
    assert recognise_need(db, need, by=by).theme_id == law.id


def test_what_was_understood_so_a_story_and_nothing_are_not_kept(db: Session, three: list[Member]) -> None:
    theme = starts_up(db)
    note_choice(db, three[0].id, "un stage", theme.id, understood=theme.id, now=NOW)
    for need in ("", " ?! ", "mot " * 80):
        choose(db, three[0], need, theme)
    assert db.scalar(select(func.count()).select_from(ThemeChoice)) == 0


def test_the_newest_choice_for_a_need_counts_and_a_members_oldest_go(db: Session, three: list[Member]) -> None:
    ana, law, theme = three[0], find_theme(db, "droit"), starts_up(db)
    for number in range(A_MEMBER + 5):
        note_choice(db, ana.id, f"blase {number}", law.id, understood=None, now=NOW + timedelta(minutes=number))
    note_choice(db, ana.id, "BLASE 24", theme.id, understood=None, now=NOW + timedelta(hours=2))
    kept = dict(db.execute(select(ThemeChoice.text, ThemeChoice.theme_id)).all())
    assert len(kept) == A_MEMBER and "blase 5" in kept and "blase 4" not in kept
    assert kept["BLASE 24"] == theme.id and "blase 24" not in kept


def test_what_processes_keep_is_renewed_only_when_something_is_learned(db: Session, three: list[Member]) -> None:
    theme = starts_up(db)
    seen = [revision(db)]
    for who, need in zip(three, NEEDS, strict=True):
        choose(db, who, need, theme)
        seen.append(revision(db))
    assert seen[0] == seen[1] == seen[2] != seen[3]


def test_choices_go_after_a_year_and_what_was_learned_with_them(db: Session, three: list[Member]) -> None:
    all_choose(db, three)
    keep_periods(db, now=NOW + SEARCHES_KEPT - timedelta(days=1))
    assert learned_of_themes(db)
    keep_periods(db, now=NOW + SEARCHES_KEPT + timedelta(days=1))
    assert learned_of_themes(db) == {} and db.scalars(select(ThemeChoice.term)).all() == []


def test_a_network_that_does_not_learn_notes_nothing_uses_nothing_and_forgets(db: Session, three: list[Member]) -> None:
    theme = all_choose(db, three)
    change_setting(db, LEARNS_THEMES, "no", by_id=three[0].id, now=NOW)
    assert recognise_need(db, LATER_NEED, by=ByWords()).theme_id is None
    choose(db, three[0], "encore un blase", theme)
    assert db.scalar(select(func.count()).select_from(ThemeChoice)) == len(NEEDS)
    forget_choices(db)
    assert db.scalar(select(func.count()).select_from(ThemeChoice)) == 0


def test_a_merged_theme_hands_on_what_was_learned_and_a_retired_one_is_silent(db: Session, three: list[Member]) -> None:
    theme, law, odile = all_choose(db, three), find_theme(db, "droit"), people.member(db, "O", administrator=True)
    merge_themes(db, theme.id, law.id, by=odile, now=NOW)
    assert recognise_need(db, "blase", by=ByWords()).theme_id == law.id
    retire_theme(db, law.id, by=odile, now=NOW)
    assert recognise_need(db, "blase", by=ByWords()).theme_id is None


def test_a_need_costs_no_statement_more_once_something_was_learned(database: Database, bob: Member) -> None:
    costs = []
    for learned in (False, True):
        if learned:
            with database.writing() as db:
                for number, need in enumerate(NEEDS):
                    choose(db, people.member(db, f"M{number}"), need, starts_up(db))
        for need in ("un stage", "un autre stage"):
            statements = statements_of(database)
            with database.reading() as db:
                recognise_need(db, need, by=ByWords())
            found = len(statements)
        costs.append(found)
    assert costs[0] == costs[1]


def chosen(database: Database) -> list[tuple[int, str, str]]:
    with database.reading() as db:
        query = select(ThemeChoice.member_id, ThemeChoice.text, Theme.slug).join(
            Theme, Theme.id == ThemeChoice.theme_id
        )
        return [(member_id, text, slug) for member_id, text, slug in db.execute(query.order_by(ThemeChoice.at))]


def test_a_theme_tapped_in_the_search_is_noted_for_members_alone(
    database: Database, bob: Member, signed_in: SignedIn, client: Browser
) -> None:
    client.get("/search?need=mon+blase&theme=droit")
    page = signed_in(bob)
    page.get("/search?need=mon+blase")
    page.get("/search?theme=droit")
    page.get("/search?need=is+this+clause+of+my+contract+legal%3F&theme=droit")
    page.get("/search?need=mon+blase&theme=any")
    assert chosen(database) == []
    page.get("/search?need=mon+blase&theme=droit")
    page.get("/search?need=mon+blase&theme=droit&day=2026-12-10")
    assert chosen(database) == [(bob.id, "mon blase", "droit")]


def test_a_theme_chosen_when_asking_is_noted_unless_the_form_had_proposed_it(
    database: Database, bob: Member, signed_in: SignedIn
) -> None:
    page = signed_in(bob)
    with database.reading() as db:
        first = min(db.scalars(select(Theme)), key=lambda theme: theme.name("en")).slug
    for theme, noted in ((first, []), ("financer-un-projet", [(bob.id, "about my blase", "financer-un-projet")])):
        answer = page.send("/requests/new", {"need": "about my blase", "theme": theme, "when": "theirs"})
        assert answer.status_code == 303
        assert chosen(database) == noted
