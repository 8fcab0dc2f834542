"""Whom a request to a theme may go to: one fact changed at a time, each beside somebody of whom it does not hold."""

from __future__ import annotations

from datetime import timedelta

from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.models import Block, ConductCase
from flashmeet.people.rules.cases import CaseKind
from flashmeet.requests.models import MentoringRequest, RequestAsk
from flashmeet.requests.rules.requests import WAVE_REST, AskState, RequestKind, RequestState
from flashmeet.requests.service.waves import for_wave, of_theme
from flashmeet.schedule.models import Leave
from flashmeet.themes.models import Dismissal, Theme
from flashmeet.themes.service import create_theme
from tests import people
from tests.requests.conftest import Scene

DAY = timedelta(days=1)
NAMES = ("Ada", "Ben", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hal", "Ida")


def asked(
    scene: Scene,
    who: Member,
    theme: Theme,
    mentor: Member,
    *,
    unfit: bool = False,
    wave: int = 0,
    ago: timedelta = timedelta(0),
) -> None:
    """A request of `who` that has ended, and what its one mentor said."""
    request = MentoringRequest(mentee=who, theme=theme, kind=RequestKind.MENTOR, state=RequestState.DECLINED)
    request.need, request.minutes, request.created_at, request.due_at = "Statuts", 60, scene.now, scene.now
    ask = RequestAsk(mentor=mentor, state=AskState.DECLINED, unfit=unfit, wave=wave, due_at=scene.now, nonce="n")
    ask.asked_at = scene.now - ago
    request.asks.append(ask)
    scene.db.add(request)


def test_a_wave_asks_those_of_the_theme_who_can_and_whom_both_sides_want(scene: Scene) -> None:
    db, bob, law = scene.db, people.member(scene.db, "Bob"), people.law(scene.db)
    firms = create_theme(db, names={"fr": "Sociétés", "en": "Firms"})
    may, no = ({name: scene.mentor(f"{name}{sort}") for name in NAMES} for sort in ("", "-no"))
    today = scene.now.date()
    no["Ada"].paused_until, may["Ada"].paused_until = scene.now + DAY, scene.now - DAY
    no["Ben"].suspended, no["Cleo"].approved, no["Dan"].mentor = True, False, False
    for mentor, first, last in (
        (no["Eve"], today, today),
        (may["Eve"], today + DAY, today + 2 * DAY),
        (may["Ben"], today - 2 * DAY, today - DAY),
    ):
        db.add(Leave(member_id=mentor.id, first=first, last=last))
    db.add(Block(by_id=scene.camille.id, other_id=no["Finn"].id, at=scene.now))
    db.add(Block(by_id=bob.id, other_id=may["Finn"].id, at=scene.now))
    for about, frozen in ((no["Gus"], True), (may["Gus"], False)):
        case = ConductCase(kind=CaseKind.REPORT, by_id=scene.camille.id, about_id=about.id, opened_at=scene.now)
        case.frozen = frozen
        db.add(case)
    for who, mentor in ((scene.camille, no["Hal"]), (bob, may["Hal"])):
        db.add(Dismissal(member_id=who.id, mentor_id=mentor.id, at=scene.now))
    asked(scene, scene.camille, law, no["Ida"], unfit=True)
    asked(scene, scene.camille, law, may["Ida"])
    asked(scene, scene.camille, firms, may["Cleo"], unfit=True)
    asked(scene, bob, law, may["Dan"], unfit=True)
    db.flush()
    request = scene.ask(any_time=True, times=())
    found = {each.first_name for each in of_theme(db, request, now=scene.now)}
    assert found == {"Karim", *may}
    request.asks.append(
        RequestAsk(mentor=scene.karim, state=AskState.ASKED, asked_at=scene.now, due_at=scene.now, nonce="n")
    )
    db.flush()
    assert {each.first_name for each in of_theme(db, request, now=scene.now)} == {*may}


def test_whoever_mentors_too_is_not_asked_about_their_own_need(scene: Scene) -> None:
    nora = people.mentor(scene.db, "Nora")
    request = scene.ask(nora, any_time=True, times=())
    assert {each.id for each in of_theme(scene.db, request, now=scene.now)} == {scene.karim.id}


def test_a_theme_is_its_own_mentors(scene: Scene) -> None:
    firms = create_theme(scene.db, names={"fr": "Sociétés", "en": "Firms"})
    request = scene.ask(theme="Sociétés", any_time=True, times=())
    assert (request.theme_id, list(of_theme(scene.db, request, now=scene.now))) == (firms.id, [])


def test_too_often_is_twice_in_seven_days_by_waves_however_many_themes_one_has(scene: Scene) -> None:
    db, bob, law = scene.db, people.member(scene.db, "Bob"), people.law(scene.db)
    chosen, before, often, both = (scene.mentor(name) for name in ("Chosen", "Before", "Often", "Both"))
    firms = create_theme(db, names={"fr": "Sociétés", "en": "Firms"})
    both.offers.append(MentorTheme(theme_id=firms.id, proof="Vingt sociétés"))
    for _ in range(2):
        asked(scene, bob, law, chosen)
        asked(scene, bob, law, before, wave=1, ago=WAVE_REST)
        asked(scene, bob, law, often, wave=1, ago=WAVE_REST - timedelta(seconds=1))
    asked(scene, bob, law, both, wave=1)
    db.flush()
    request = scene.ask(any_time=True, times=())
    found = {each.first_name for each in for_wave(db, request, now=scene.now, limit=9)}
    assert found == {"Karim", "Chosen", "Before", "Both"}
