"""A real CalDAV server, through the guard."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest

from flashmeet.calendars.rules.sources import EventRef
from flashmeet.calendars.sources.caldav import CalDav
from flashmeet.calendars.sources.webdav import Dav, Found
from flashmeet.core.egress.client import Answer, Egress
from flashmeet.core.intervals import Interval
from flashmeet.core.provider_faults import AuthFailed, Conflict, Missing, NotAllowed, Unreachable, Unreadable
from tests.calendars.events import HOUR, NINE, WINDOW, access, at, ours
from tests.calendars.wires import saying, serving
from tests.fakes.radicale import PASSWORD, USER, Radicale

EGRESS = Egress(["127.0.0.1:*"])


def opened(server: Radicale, *, url: str | None = None, password: str = PASSWORD, seconds: float = 60) -> CalDav:
    return CalDav(access(server, url=url, password=password), EGRESS, seconds=seconds)


@pytest.mark.parametrize("path", ["", "/", f"/{USER}/", "/.well-known/caldav"])
def test_the_calendars_are_found_from_whatever_address_people_know(caldav: Radicale, path: str) -> None:
    found = opened(caldav, url=caldav.url + path).list_calendars()
    assert sorted(each.remote_id for each in found) == [caldav.calendar("home"), caldav.calendar("work")]
    assert {each.writable for each in found} == {True}


def test_a_calendar_s_own_address_is_that_calendar(caldav: Radicale) -> None:
    assert [each.remote_id for each in opened(caldav, url=caldav.calendar()).list_calendars()] == [caldav.calendar()]


def test_a_wrong_password_is_told_as_such(caldav: Radicale) -> None:
    with pytest.raises(AuthFailed):
        opened(caldav, password="wrong").list_calendars()
    with pytest.raises(AuthFailed):
        opened(caldav, password="wrong").sync(caldav.calendar(), cursor="", window=WINDOW, known={})


def test_a_server_without_calendars_is_told_as_such(caldav: Radicale) -> None:
    with serving(saying("404 Not Found")) as (port, _), pytest.raises(Unreadable):
        opened(caldav, url=f"http://127.0.0.1:{port}/").list_calendars()


def test_without_the_operator_s_word_a_private_server_is_not_asked(caldav: Radicale) -> None:
    with pytest.raises(NotAllowed):
        CalDav(access(caldav), Egress(), seconds=60).list_calendars()


def test_a_server_that_is_away_or_asleep_is_told_within_the_deadline(caldav: Radicale) -> None:
    with caldav.asleep(), pytest.raises(Unreachable):
        opened(caldav, seconds=0.5).sync(caldav.calendar(), cursor="", window=WINDOW, known={})
    caldav.stop()
    with pytest.raises(Unreachable):
        opened(caldav).sync(caldav.calendar(), cursor="", window=WINDOW, known={})


def test_each_look_finds_what_was_made_changed_and_deleted_since(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    first, second = caldav.put("one", at(NINE, uid="1")), caldav.put("two", at(NINE + HOUR, uid="2"))
    whole = source.sync(calendar, cursor="", window=WINDOW, known={})
    assert {each.remote_id: each.busy for each in whole.changed} == {
        first: (Interval(NINE, NINE + HOUR),),
        second: (Interval(NINE + HOUR, NINE + 2 * HOUR),),
    }
    known = {each.remote_id: each.etag for each in whole.changed}
    unchanged = source.sync(calendar, cursor=whole.cursor, window=WINDOW, known=known)
    assert (unchanged.changed, unchanged.full, unchanged.cursor) == ((), False, whole.cursor)
    caldav.put("one", at(NINE + 3 * HOUR, uid="1"))
    caldav.ask("DELETE", second)
    third = caldav.put("three", at(NINE, uid="3"))
    after = source.sync(calendar, cursor=whole.cursor, window=WINDOW, known=known)
    assert sorted(each.remote_id for each in after.changed) == sorted([first, third])
    assert (after.full, after.unchanged_ids) == (True, frozenset())


def test_a_cursor_that_the_server_never_gave_hides_nothing(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    path = caldav.put("one", at(NINE))
    etag = source.sync(calendar, cursor="", window=WINDOW, known={}).changed[0].etag
    known = {path: etag, f"/{USER}/work/gone.ics": '"x"'}
    after = source.sync(calendar, cursor="made-up", window=WINDOW, known=known)
    assert (after.full, after.changed, after.unchanged_ids) == (True, (), frozenset({path}))


def test_what_a_server_leaves_out_of_its_answer_is_asked_for_by_itself(
    caldav: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = {caldav.put(name, at(NINE + hours * HOUR, uid=name)) for hours, name in enumerate("abc")}
    whole = Dav.report

    def short(self: Dav, url: str, kind: str, inside: str) -> list[Found]:
        found = whole(self, url, kind, inside)
        return found[:1] if kind == "c:calendar-multiget" else found

    monkeypatch.setattr(Dav, "report", short)
    found = opened(caldav).sync(caldav.calendar(), cursor="", window=WINDOW, known={})
    assert {each.remote_id for each in found.changed if each.busy} == paths


@pytest.mark.parametrize("status", [403, 423, 500, 503])
def test_an_event_that_a_server_will_not_list_is_asked_for_by_itself_and_stays_busy(
    caldav: Radicale, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    paths = {caldav.put(name, at(NINE + hours * HOUR, uid=name)) for hours, name in enumerate("ab")}
    whole = Dav.report

    def shy(self: Dav, url: str, kind: str, inside: str) -> list[Found]:
        *found, last = whole(self, url, kind, inside)
        return [*found, Found(last.url, status, Element("props"))]

    monkeypatch.setattr(Dav, "report", shy)
    found = opened(caldav).sync(caldav.calendar(), cursor="", window=WINDOW, known={})
    assert {each.remote_id for each in found.changed if each.busy} == paths


def test_an_event_that_its_member_may_not_see_is_told_as_unread(
    caldav: Radicale, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen, hidden = caldav.put("a", at(NINE, uid="a")), caldav.put("b", at(NINE + HOUR, uid="b"))
    whole, ask = Dav.report, Dav.ask

    def shy(self: Dav, url: str, kind: str, inside: str) -> list[Found]:
        found = whole(self, url, kind, inside)
        return [Found(each.url, 403, Element("props")) if each.url.endswith(hidden) else each for each in found]

    def closed(self: Dav, method: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
        answer = ask(self, method, url, body, **headers)
        return replace(answer, status=403) if (method, url.endswith(hidden)) == ("GET", True) else answer

    monkeypatch.setattr(Dav, "report", shy)
    monkeypatch.setattr(Dav, "ask", closed)
    found = opened(caldav).sync(caldav.calendar(), cursor="", window=WINDOW, known={})
    assert {each.remote_id: each.unread for each in found.changed} == {seen: None, hidden: ""}


def test_an_event_of_ours_is_written_once_however_often_it_is_asked_for(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    first = source.write_event(calendar, ours())
    again = source.write_event(calendar, ours(NINE + HOUR, sequence=1))
    [text] = caldav.events().values()
    assert again.remote_id == first.remote_id
    assert "DTSTART:20261209T100000Z" in text
    there = source.get_event(calendar, again)
    assert there is not None
    assert (there.starts_at, there.uid, there.etag) == (NINE + HOUR, "ab12@localhost", again.etag)
    known = source.sync(calendar, cursor="", window=WINDOW, known={}).changed
    assert [(each.remote_id, each.etag) for each in known] == [(again.remote_id, again.etag)]


def test_the_invite_that_a_mail_program_put_there_becomes_our_event(caldav: Radicale) -> None:
    path = caldav.put("some-other-name", at(NINE, uid="ab12@localhost", summary="Bob"))
    ref = opened(caldav).write_event(caldav.calendar(), ours(NINE + HOUR))
    assert (ref.remote_id, list(caldav.events())) == (path, [path])
    assert "SUMMARY:Bob\n" in caldav.events()[path].replace("\r\n", "\n")


def test_the_event_asks_the_server_to_invite_nobody(caldav: Radicale) -> None:
    opened(caldav).write_event(caldav.calendar(), ours())
    [text] = [each.replace("\r\n ", "").replace("\n ", "") for each in caldav.events().values()]
    people = [line for line in text.splitlines() if line.startswith(("ATTENDEE", "ORGANIZER"))]
    assert len(people) == 2
    assert all("SCHEDULE-AGENT=CLIENT" in line for line in people)
    assert "METHOD" not in text


def test_an_event_that_was_changed_there_is_not_overwritten(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    ref = source.write_event(calendar, ours())
    caldav.ask("PUT", ref.remote_id, at(NINE + 4 * HOUR, uid="ab12@localhost"), **{"Content-Type": "text/calendar"})
    with pytest.raises(Conflict):
        source.update_event(calendar, ref, ours(NINE + HOUR, sequence=1))
    with pytest.raises(Conflict):
        source.delete_event(calendar, ref)
    assert "DTSTART:20261209T130000Z" in caldav.events()[ref.remote_id]


def test_moving_an_event_keeps_what_somebody_added_to_it(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    ref = source.write_event(calendar, ours())
    alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nDESCRIPTION:Soon\r\nTRIGGER:-PT10M\r\nEND:VALARM\r\nEND:VEVENT"
    there = caldav.events()[ref.remote_id].replace("\r\n", "\n").replace("\n", "\r\n")
    caldav.ask("PUT", ref.remote_id, there.replace("END:VEVENT", alarm), **{"Content-Type": "text/calendar"})
    seen = source.get_event(calendar, ref)
    assert seen is not None
    source.update_event(calendar, EventRef(remote_id=ref.remote_id, etag=seen.etag), ours(NINE + HOUR, sequence=1))
    text = caldav.events()[ref.remote_id]
    assert "VALARM" in text
    assert "DTSTART:20261209T100000Z" in text


def test_an_event_that_is_gone_is_told_apart_from_one_that_cannot_be_asked_about(caldav: Radicale) -> None:
    source, calendar = opened(caldav), caldav.calendar()
    ref = source.write_event(calendar, ours())
    source.delete_event(calendar, ref)
    assert (caldav.events(), source.get_event(calendar, ref)) == ({}, None)
    source.delete_event(calendar, ref)
    with pytest.raises(Missing):
        source.update_event(calendar, ref, ours())
    caldav.stop()
    with pytest.raises(Unreachable):
        source.get_event(calendar, ref)


def answer_of(href: str, status: str) -> bytes:
    return (
        f'<d:multistatus xmlns:d="DAV:"><d:response><d:href>{href}</d:href><d:status>{status}</d:status></d:response>'
        "</d:multistatus>"
    ).encode()


@pytest.mark.parametrize("status", ["HTTP/1.1 \u00b2 OK", f"HTTP/1.1 {'9' * 5_000} OK", "HTTP/1.1", ""])
def test_a_status_that_is_none_is_read_as_none(status: str) -> None:
    with serving(saying("207 Multi-Status", answer_of("/a", status))) as (port, _):
        found = Dav(EGRESS, USER, PASSWORD, seconds=20).find(f"http://127.0.0.1:{port}/", "d:displayname")
    assert [(each.url, each.status) for each in found] == [(f"http://127.0.0.1:{port}/a", 200)]


def test_an_address_that_is_none_is_told_as_an_answer_that_cannot_be_read() -> None:
    talk = saying("207 Multi-Status", answer_of("https://[", "HTTP/1.1 200 OK"))
    with serving(talk) as (port, _), pytest.raises(Unreadable):
        Dav(EGRESS, USER, PASSWORD, seconds=20).find(f"http://127.0.0.1:{port}/", "d:displayname")
