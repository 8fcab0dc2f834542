"""“This is not for me”: one tap from the mail of a wave, and a mentor hears no more of this need."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from flashmeet.core.database.session import Database
from flashmeet.core.errors import RequestOver
from flashmeet.core.links import Links
from flashmeet.requests.models import RequestAsk
from flashmeet.requests.rules.requests import Fit, RequestState
from flashmeet.requests.service.answer import decline, say_unfit
from flashmeet.requests.service.create import Asking, ask
from flashmeet.requests.service.lifecycle import end_request
from flashmeet.requests.service.overview import fit_of_theme
from flashmeet.requests.service.waves import send_waves
from tests import people
from tests.browsers import Browser
from tests.people import NOW, member
from tests.requests.conftest import Scene
from tests.requests.test_waves import offers, wednesdays


def test_whoever_says_so_is_asked_no_more_and_no_hour_of_theirs_is_offered_to_the_need(scene: Scene) -> None:
    request = scene.ask(any_time=True, times=())
    scene.work()
    say_unfit(scene.db, request.asks[0], now=scene.now)
    scene.work()
    assert (request.state, [each.state for each in request.asks]) == ("queued", ["declined"])
    wednesdays(scene, scene.karim)
    scene.work()
    assert offers(scene) == []


def test_after_an_ordinary_no_hours_of_the_mentor_are_offered_still(scene: Scene) -> None:
    request = scene.ask(any_time=True, times=())
    scene.work()
    decline(scene.db, request.asks[0], now=scene.now)
    scene.work()
    wednesdays(scene, scene.karim)
    scene.work()
    assert [each.mentor_id for each in offers(scene)] == [scene.karim.id]


def test_the_theme_s_figures_count_it_once(scene: Scene) -> None:
    scene.mentor("Lea")
    request = scene.ask(any_time=True, times=())
    scene.work()
    say_unfit(scene.db, request.asks[0], now=scene.now)
    decline(scene.db, request.asks[1], now=scene.now)
    assert fit_of_theme(scene.db, request.theme_id, now=scene.now) == Fit(asked=2, unfit=1)
    with pytest.raises(RequestOver):
        say_unfit(scene.db, request.asks[0], now=scene.now)


def test_the_link_in_the_mail_opens_one_button_which_does_it_without_signing_in(
    client: Browser, database: Database, links: Links
) -> None:
    with database.writing() as db:
        karim = people.mentor(db, "Karim", rules=(), mentee=False, locale="en").id
        bob = people.member(db, "Bob", locale="en")
        ask(db, bob, Asking(theme="droit", need="Mes statuts", any_time=True, times=()), now=NOW)
        send_waves(db, now=NOW)
        made = db.scalars(select(RequestAsk)).unique().one()
        path = urlsplit(links.ask(made.id, made.nonce)).path
    opened = client.get(f"{path}?act=unfit").text
    assert (opened.count('name="act" value="unfit"'), 'value="decline"' in opened) == (1, False)
    with database.reading() as db:
        assert db.scalars(select(RequestAsk.state)).all() == ["asked"]
    assert client.send(path, {"act": "unfit"}, page=path).status_code == 303
    assert "you are not asked about this need again" in client.get(path).text
    with database.reading() as db:
        assert db.execute(select(RequestAsk.mentor_id, RequestAsk.state, RequestAsk.unfit)).all() == [
            (karim, "declined", True)
        ]


def test_the_same_need_asked_again_does_not_come_back_to_them(scene: Scene) -> None:
    lea = scene.mentor("Lea")
    first = scene.ask(any_time=True, times=())
    scene.work()
    say_unfit(scene.db, next(each for each in first.asks if each.mentor_id == scene.karim.id), now=scene.now)
    end_request(scene.db, first, RequestState.WITHDRAWN, now=scene.now)
    again = scene.ask(any_time=True, times=())
    scene.work()
    assert [each.mentor_id for each in again.asks] == [lea.id]
    other = scene.ask(member(scene.db, "Ana"), any_time=True, times=())
    scene.work()
    assert scene.karim.id in {each.mentor_id for each in other.asks}
