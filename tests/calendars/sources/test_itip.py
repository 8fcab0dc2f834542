"""Answers of calendars to our invites: acceptance B4."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from sqlalchemy import select

from flashmeet.bookings.adapters.word_mails import take_words, why_left
from flashmeet.bookings.models.booking import Booking, Seat, SeatReply, ThreadMessage
from flashmeet.bookings.queries.replies import calendar_answers, open_decline
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.end import cancel_booking
from flashmeet.bookings.service.move import move_booking
from flashmeet.calendars.service.questions import answer_question, end_unanswered, open_questions
from flashmeet.calendars.service.replies import DECLINED_LINK, settle_decline, take_reply
from flashmeet.calendars.sources.itip import replies_in, taking_replies
from flashmeet.cli.rounds.inbound_mail import InboundMail
from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.identity.service.links import resolve_link
from flashmeet.messages.inbound.mailbox import HANDLERS, ImapMailbox
from flashmeet.messages.models import OutboxMessage
from flashmeet.messages.outbox.lease import outgoing
from flashmeet.messages.rendering.ics import REPLY_PARAMETER
from flashmeet.messages.rendering.mail import compose
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.service.left_replies import left_replies
from flashmeet.schedule.rules.booked_hour import BookingStatus
from tests.calendars.sources.answers import answer_to, invite_in, mail_of
from tests.fakes.imap import ImapServer
from tests.people import NOW
from tests.scene import NINE, Scene, bookings, stage

LATER = NOW + timedelta(hours=2)
Answer = tuple[str, str]


@pytest.fixture
def scene(database: Database) -> Scene:
    return stage(database)


@pytest.fixture
def booking_id(database: Database, scene: Scene, links: Links) -> int:
    wish = BookingRequest(mentor_id=scene.alice.id, starts_at=NINE, theme="droit", need="Mes statuts")
    with database.writing() as db:
        return book_slot(db, db.get_one(Member, scene.bob.id), wish, links=links, now=NOW).id


@dataclass(frozen=True, slots=True)
class Letters:
    """What goes out and what comes in."""

    database: Database
    links: Links

    def invite(self, who: Member) -> EmailMessage:
        """The latest invite as it lies in that mailbox."""
        query = select(OutboxMessage).where(OutboxMessage.recipient_id == who.id, OutboxMessage.kind == "invite")
        with self.database.reading() as db:
            row = db.scalars(query.order_by(OutboxMessage.id.desc()).limit(1)).one()
            message = outgoing(row, row.recipient)
        made = compose(message, Renderer(self.links, "rendez-vous@example.org", "Anciens"), at=NOW)
        arrived = message_from_bytes(made.as_bytes(), policy=default)
        assert isinstance(arrived, EmailMessage)
        return arrived

    def arrive(self, mail: EmailMessage) -> list[str]:
        """Takes a mail as the worker does; returns what became of each answer in it."""
        with self.database.writing() as db:
            return [take_reply(db, reply, links=self.links, now=LATER) for reply in replies_in(mail)]


@pytest.fixture
def letters(database: Database, booking_id: int, links: Links) -> Letters:
    return Letters(database, links)


def answers(database: Database) -> list[Answer]:
    """Whose calendar said what, of every row there is."""
    query = select(SeatReply).order_by(SeatReply.stamped_at, SeatReply.id)
    with database.reading() as db:
        return [(each.seat.member.first_name, each.answer) for each in db.scalars(query)]


def now_said(database: Database, booking_id: int) -> dict[str, str]:
    """What counts: the latest answer of each."""
    with database.reading() as db:
        booking = db.get_one(Booking, booking_id)
        found = calendar_answers(db, booking)
        return {db.get_one(Member, who).first_name: reply.answer for who, reply in found.items()}


def asked(database: Database) -> list[int]:
    """Who is asked by mail what a declined invite means."""
    query = select(OutboxMessage.recipient_id).where(OutboxMessage.kind == "decline_question")
    with database.reading() as db:
        return list(db.scalars(query))


@pytest.mark.parametrize(
    ("partstat", "proof"),
    [(answer, proof) for answer in ("ACCEPTED", "TENTATIVE", "DECLINED") for proof in ("parameter", "message")],
)
def test_an_answer_counts_once_however_often_it_arrives(
    scene: Scene, database: Database, letters: Letters, partstat: str, proof: str
) -> None:
    mail = answer_to(
        letters.invite(scene.bob), partstat, at=LATER, keeps_token=proof == "parameter", refers=proof == "message"
    )
    assert letters.arrive(mail) == ["taken"]  # inline and attached, it is one answer
    assert [letters.arrive(mail) for _ in range(3)] == [["known"]] * 3
    assert answers(database) == [("Bob", partstat.lower())]
    assert asked(database) == ([scene.bob.id] if partstat == "DECLINED" else [])
    assert [(each.status, each.sequence) for each in bookings(database)] == [("confirmed", 0)]


def test_a_forged_answer_changes_nothing(scene: Scene, database: Database, letters: Letters) -> None:
    mine, theirs = letters.invite(scene.bob), letters.invite(scene.alice)
    forged = [
        answer_to(mine, "ACCEPTED", at=LATER, keeps_token=False),  # knows UID and address
        answer_to(mine, "DECLINED", at=LATER, attendee="alice@example.org"),  # Bob's token, Alice's name
        answer_to(mine, "DECLINED", at=LATER, keeps_token=False, refers=True, attendee="alice@example.org"),
        answer_to(theirs, "DECLINED", at=LATER, keeps_token=True, attendee="bob@example.org"),
    ]
    assert [letters.arrive(mail) for mail in forged] == [["not_believed"]] * 4
    changed = [
        answer_to(mine, "ACCEPTED", at=LATER, method="REQUEST"),
        answer_to(mine, "NEEDS-ACTION", at=LATER),
    ]
    assert [letters.arrive(mail) for mail in changed] == [[], []]
    assert (answers(database), asked(database)) == ([], [])


def test_an_unknown_session_is_not_ours(scene: Scene, letters: Letters) -> None:
    raw = answer_to(letters.invite(scene.bob), "ACCEPTED", at=LATER)
    ics = next(part for part in raw.walk() if part.get_content_type() == "application/ics").get_payload(decode=True)
    assert isinstance(ics, bytes)
    unfolded = ics.replace(b"\r\n ", b"").split(b"\r\n")
    other = b"\r\n".join(b"UID:other@meet.example.org" if line.startswith(b"UID") else line for line in unfolded)
    assert letters.arrive(mail_of(other)) == ["not_ours"]


@pytest.mark.parametrize(
    "ics",
    [
        b"",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20261332T99\r\n"
        b"ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20261201T100000Z\r\nSEQUENCE:many\r\n"
        b"ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:x\r\nDTSTAMP:20261201T100000Z\r\n"
        b"ATTENDEE;PARTSTAT=DECLINED:mailto:b@example.org\r\nATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org\r\n"
        b"END:VEVENT\r\nEND:VCALENDAR\r\n",
        b"\xff\xfe not a calendar",
    ],
)
def test_what_is_broken_is_no_answer(ics: bytes) -> None:
    assert replies_in(mail_of(ics)) == []


def test_a_later_answer_replaces_an_earlier_one_whichever_mail_comes_first(
    scene: Scene, database: Database, booking_id: int, letters: Letters
) -> None:
    mail = letters.invite(scene.bob)
    late = answer_to(mail, "ACCEPTED", at=NOW + timedelta(minutes=30))
    early = answer_to(mail, "DECLINED", at=NOW + timedelta(minutes=10))
    assert letters.arrive(late) + letters.arrive(early) == ["taken", "taken"]
    assert now_said(database, booking_id) == {"Bob": "accepted"}
    assert asked(database) == []


def test_an_answer_to_a_time_that_is_no_more_counts_for_nothing(
    scene: Scene, database: Database, booking_id: int, letters: Letters
) -> None:
    before = answer_to(letters.invite(scene.bob), "DECLINED", at=LATER)
    with database.writing() as db:
        move_booking(db, db.get_one(Member, scene.bob.id), booking_id, starts_at=NINE - timedelta(hours=1), now=NOW)
    assert letters.arrive(before) == ["of_another_time"]
    assert letters.arrive(answer_to(letters.invite(scene.bob), "ACCEPTED", at=LATER)) == ["taken"]
    assert letters.arrive(answer_to(letters.invite(scene.bob), "ACCEPTED", at=LATER + timedelta(days=3))) == [
        "of_another_time"
    ]
    with database.writing() as db:
        cancel_booking(db, db.get_one(Member, scene.bob.id), booking_id, reason="", now=NOW)
    assert answers(database) == [("Bob", "accepted")]


def test_who_declined_says_what_follows_from_it_and_only_then_something_is_cancelled(
    scene: Scene, database: Database, booking_id: int, letters: Letters
) -> None:
    letters.arrive(answer_to(letters.invite(scene.bob), "DECLINED", at=LATER))
    with database.writing() as db:
        seat = db.scalars(select(Seat).where(Seat.member_id == scene.bob.id)).one()
        settle_decline(db, seat, cancel=False, now=LATER)
        assert open_decline(db, db.get_one(Booking, booking_id), scene.bob.id, now=LATER) is None
        assert db.get_one(Booking, booking_id).status == BookingStatus.CONFIRMED
    letters.arrive(answer_to(letters.invite(scene.bob), "DECLINED", at=LATER + timedelta(minutes=1)))
    assert asked(database) == [scene.bob.id]  # by mail once for each time of the session
    with database.writing() as db:
        seat = resolve_link(
            db,
            DECLINED_LINK,
            letters.links.decline_token(seat.id, seat.nonce),
            links=letters.links,
            viewer_id=None,
        )
        booking = settle_decline(db, seat, cancel=True, now=LATER)
        assert (booking.status, booking.cancelled_by_id, booking.sequence) == (BookingStatus.CANCELLED, scene.bob.id, 1)


def test_answers_are_read_from_the_mailbox(
    scene: Scene, database: Database, letters: Letters, imap_server: ImapServer
) -> None:
    imap_server.receive(answer_to(letters.invite(scene.bob), "ACCEPTED", at=NOW).as_bytes())
    take = taking_replies(letters.links)

    def handle(mail: EmailMessage) -> bool:
        with database.writing() as db:
            assert [handler(db, mail, LATER) for handler in (*HANDLERS, take)] == [False, True]
        return True

    for _ in range(2):
        ImapMailbox(imap_server.settings()).read(handle, most=10)
        imap_server.seen.clear()
    assert answers(database) == [("Bob", "accepted")]


@pytest.mark.parametrize("sent", [("REPLY", "no"), ("REPLY", "auto-generated"), ("REFRESH", "no")])
def test_an_answer_of_a_calendar_that_nobody_can_take_is_nobodys_word_and_is_left_to_a_person(
    scene: Scene, database: Database, letters: Letters, imap_server: ImapServer, sent: tuple[str, str]
) -> None:
    """Google marks the answers of its calendars as written by a program."""
    mail = answer_to(letters.invite(scene.bob), "UNHEARD-OF", at=NOW, refers=True, method=sent[0])
    mail["Auto-Submitted"] = sent[1]
    number = imap_server.receive(mail.as_bytes())
    handlers = (*HANDLERS, taking_replies(letters.links), take_words)
    InboundMail(database, ImapMailbox(imap_server.settings()), handlers, why_left).once()
    with database.reading() as db:
        assert [each.why for each in left_replies(db)] == [LeftWhy.CALENDAR]
        assert db.scalars(select(ThreadMessage)).all() == []
    assert imap_server.unseen() == [number]


def told_of(database: Database, kind: str) -> list[int]:
    with database.reading() as db:
        return list(db.scalars(select(OutboxMessage.recipient_id).where(OutboxMessage.kind == kind)))


def as_google_writes(invite: EmailMessage, partstat: str, *, keeps: bool) -> EmailMessage:
    """The attendee written anew, no reference to our mail; the organizer's own properties given back, or not."""
    asked = invite_in(invite)
    lines = [
        *("BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "METHOD:REPLY"),
        *("BEGIN:VEVENT", f"UID:{asked['UID']}", f"SEQUENCE:{asked['SEQUENCE']}", "DTSTAMP:20261201T110000Z"),
        f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={partstat};CN=B;X-NUM-GUESTS=0:{asked['ATTENDEE']}",
        *([f"{REPLY_PARAMETER}:{asked[REPLY_PARAMETER]}"] if keeps else []),
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    mail = mail_of("\r\n".join(lines).encode())
    del mail["In-Reply-To"]
    return mail


@pytest.mark.parametrize("keeps", [True, False])
def test_google_s_refusal_asks_its_member_and_counts_for_the_other_where_it_shows_the_invite(
    scene: Scene, database: Database, booking_id: int, letters: Letters, keeps: bool
) -> None:
    outcome, counts = ("taken", [("Bob", "declined")]) if keeps else ("asked", [])
    mail = as_google_writes(letters.invite(scene.bob), "DECLINED", keeps=keeps)
    assert [letters.arrive(mail) for _ in range(2)] == [[outcome], ["known"]]
    assert asked(database) == [scene.bob.id]
    assert list(now_said(database, booking_id).items()) == counts
    with database.writing() as db:
        seat = db.scalars(select(Seat).where(Seat.member_id == scene.bob.id)).one()
        assert settle_decline(db, seat, cancel=True, now=LATER).status == BookingStatus.CANCELLED


def test_an_answer_that_shows_the_invite_takes_the_place_of_the_same_that_did_not(
    scene: Scene, database: Database, letters: Letters
) -> None:
    mail = letters.invite(scene.bob)
    both = [as_google_writes(mail, "DECLINED", keeps=keeps) for keeps in (False, True)]
    assert [letters.arrive(each) for each in both] == [["asked"], ["taken"]]
    assert (answers(database), asked(database)) == ([("Bob", "declined")], [scene.bob.id])


def test_google_s_acceptance_without_a_token_is_not_believed(
    scene: Scene, database: Database, letters: Letters
) -> None:
    mail = as_google_writes(letters.invite(scene.bob), "ACCEPTED", keeps=False)
    assert (letters.arrive(mail), answers(database)) == (["not_believed"], [])


@pytest.mark.parametrize(("keeps_token", "refers"), [(True, False), (False, True)])
def test_an_answer_from_an_alias_counts_where_it_shows_the_invite(
    scene: Scene, database: Database, letters: Letters, keeps_token: bool, refers: bool
) -> None:
    mail = answer_to(
        letters.invite(scene.bob),
        "DECLINED",
        at=LATER,
        keeps_token=keeps_token,
        refers=refers,
        attendee="k.haddad@corp.example",
    )
    assert letters.arrive(mail) == ["taken"]
    assert (answers(database), asked(database)) == ([("Bob", "declined")], [scene.bob.id])


def counter(
    invite: EmailMessage, at: str, *, keeps_token: bool = True, zone: str = "", minutes: int = 0
) -> EmailMessage:
    """`at` is what follows DTSTART, such as `:20261209T110000Z`."""
    written = LATER + timedelta(minutes=minutes)
    mail = answer_to(invite, "TENTATIVE", at=written, method="COUNTER", keeps_token=keeps_token)
    ics = next(part for part in mail.walk() if part.get_content_type() == "application/ics").get_payload(decode=True)
    assert isinstance(ics, bytes)
    lines = ics.replace(b"\r\n ", b"").split(b"\r\n")
    changed = [b"DTSTART" + at.encode() if line.startswith(b"DTSTART") else line for line in lines]
    whole = b"\r\n".join(changed).replace(b"BEGIN:VEVENT", zone.encode() + b"BEGIN:VEVENT")
    return mail_of(whole, method="COUNTER")


CUSTOM = "\r\n".join(
    (
        *("BEGIN:VTIMEZONE", "TZID:Bureau", "BEGIN:STANDARD", "DTSTART:19700101T000000"),
        *("TZOFFSETFROM:+0500", "TZOFFSETTO:+0500", "END:STANDARD", "END:VTIMEZONE", ""),
    )
)


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        (":20261209T110000Z", ""),
        (";TZID=Europe/Paris:20261209T120000", ""),
        (";TZID=Romance Standard Time:20261209T120000", ""),
        (";TZID=Bureau:20261209T160000", CUSTOM),
        (";TZID=Europe/Paris:20261209T160000", CUSTOM.replace("Bureau", "Paris")),
    ],
)
def test_a_proposed_time_is_read_in_the_zone_that_its_file_names(
    scene: Scene, database: Database, letters: Letters, told: str, zone: str
) -> None:
    [reply] = replies_in(counter(letters.invite(scene.bob), told, zone=zone))
    hours = 15 if "Paris:20261209T160000" in told else 11
    assert reply.proposed_at == NINE.replace(hour=hours)


@pytest.mark.parametrize(
    "told",
    [
        ":20261209T110000",  # no zone
        ";VALUE=DATE:20261209",
        ";TZID=Bureau:20261209T110000",  # a zone that nobody knows
        ";TZID=Europe/Paris:20261025T023000",  # twice on that clock
        ":20261332T99",
        ":20261209T110700Z",  # no quarter
        ":20261120T110000Z",  # past
        f":{NINE:%Y%m%dT%H%M%SZ}",  # the time that stands
    ],
)
def test_a_time_that_cannot_be_asked_for_is_answered_to_its_sender_once(
    scene: Scene, database: Database, letters: Letters, told: str
) -> None:
    mail = counter(letters.invite(scene.bob), told)
    assert [letters.arrive(mail) for _ in range(2)] == [["taken"], ["known"]]
    assert (told_of(database, "calendar_moved"), told_of(database, "counter_failed")) == ([], [scene.bob.id])


@pytest.mark.parametrize("by", ["bob", "alice"])
def test_another_time_proposed_by_a_calendar_is_a_question_to_the_other(
    scene: Scene, database: Database, booking_id: int, letters: Letters, by: str
) -> None:
    proposer, other = (scene.bob, scene.alice) if by == "bob" else (scene.alice, scene.bob)
    when = NINE + timedelta(hours=2)
    mail = counter(letters.invite(proposer), f":{when:%Y%m%dT%H%M%SZ}")
    assert [letters.arrive(mail) for _ in range(2)] == [["taken"], ["known"]]
    assert told_of(database, "calendar_moved") == [other.id]
    with database.writing() as db:
        [question] = open_questions(db, db.get_one(Member, other.id), now=LATER)
        assert answer_question(db, question.id, answer="accept", now=LATER).starts_at == when


@pytest.mark.parametrize("said", ["decline", "nothing"])
def test_a_proposal_that_does_not_suit_is_told_to_its_sender_and_not_asked_again_by_the_same_mail(
    scene: Scene, database: Database, letters: Letters, said: str
) -> None:
    mail = counter(letters.invite(scene.bob), ":20261209T110000Z")
    letters.arrive(mail)
    with database.writing() as db:
        [question] = open_questions(db, db.get_one(Member, scene.alice.id), now=LATER)
        if said == "decline":
            answer_question(db, question.id, answer="decline", now=LATER)
        else:
            end_unanswered(db, now=question.due_at)
    assert letters.arrive(mail) == ["known"]
    assert (told_of(database, "calendar_stays"), told_of(database, "calendar_moved")) == (
        [scene.bob.id],
        [scene.alice.id],
    )
    with database.reading() as db:
        [stays] = db.scalars(select(OutboxMessage).where(OutboxMessage.kind == "calendar_stays"))
        assert stays.payload["by_mail"]
        assert open_questions(db, db.get_one(Member, scene.alice.id), now=LATER) == []


def test_who_accepts_the_time_that_stands_after_all_asks_for_no_other(
    scene: Scene, database: Database, letters: Letters
) -> None:
    letters.arrive(counter(letters.invite(scene.bob), ":20261209T110000Z"))
    letters.arrive(answer_to(letters.invite(scene.bob), "ACCEPTED", at=LATER + timedelta(minutes=1)))
    with database.reading() as db:
        assert open_questions(db, db.get_one(Member, scene.alice.id), now=LATER) == []


def test_a_refusal_stays_open_where_another_time_is_proposed_after_it(
    scene: Scene, database: Database, booking_id: int, letters: Letters
) -> None:
    letters.arrive(answer_to(letters.invite(scene.bob), "DECLINED", at=LATER))
    letters.arrive(counter(letters.invite(scene.bob), ":20261209T110000Z", minutes=1))
    with database.reading() as db:
        assert open_decline(db, db.get_one(Booking, booking_id), scene.bob.id, now=LATER) is not None
    assert now_said(database, booking_id) == {"Bob": "declined"}


def test_a_proposal_that_shows_no_invite_asks_nobody_and_is_answered_to_whose_it_may_be_once(
    scene: Scene, database: Database, letters: Letters
) -> None:
    mails = [
        counter(letters.invite(scene.bob), ":20261209T110000Z", keeps_token=False, minutes=number)
        for number in range(3)
    ]
    assert [letters.arrive(mail) for mail in mails] == [["asked"]] * 3
    assert (told_of(database, "calendar_moved"), told_of(database, "counter_failed")) == ([], [scene.bob.id])


@pytest.mark.parametrize("keeps_token", [True, False])
def test_who_sends_somebody_else_is_told_that_this_is_not_possible(
    scene: Scene, database: Database, letters: Letters, keeps_token: bool
) -> None:
    mail = answer_to(letters.invite(scene.bob), "DELEGATED", at=LATER, keeps_token=keeps_token)
    outcomes = [["taken"], ["known"]] if keeps_token else [["asked"], ["asked"]]
    assert [letters.arrive(mail) for _ in range(2)] == outcomes
    assert (told_of(database, "not_delegable"), now_said(database, bookings(database)[0].id)) == ([scene.bob.id], {})


BY_HAND = (
    "BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20261201T100000Z\r\n"
    "{lines}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
ME, SHE, THEY = "mailto:bob@example.org", "mailto:eve@example.net", "mailto:all@example.net"


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        (
            [f'ATTENDEE;PARTSTAT=DELEGATED;DELEGATED-TO="{SHE}":{ME}', f'ATTENDEE;DELEGATED-FROM="{ME}":{SHE}'],
            "delegated",
        ),
        ([f'ATTENDEE;PARTSTAT=ACCEPTED;DELEGATED-FROM="{ME}":{SHE}'], "delegated"),  # the stand-in accepts
        (
            ["ORGANIZER:mailto:us@example.org", "ATTENDEE:mailto:us@example.org", f"ATTENDEE;PARTSTAT=DECLINED:{ME}"],
            "declined",
        ),
        ([f"ATTENDEE;PARTSTAT=DECLINED:{SHE}", f"ATTENDEE;PARTSTAT=ACCEPTED:{THEY}"], None),
        ([f"ATTENDEE;PARTSTAT=ACCEPTED:{SHE}", f"ATTENDEE;PARTSTAT=DECLINED:{ME}"], "declined"),  # the mail is Bob's
        ([f"ATTENDEE;PARTSTAT=ACCEPTED:{SHE}", f"ATTENDEE;PARTSTAT=NEEDS-ACTION:{THEY}", f"ATTENDEE:{ME}"], None),
        ([f"ATTENDEE;PARTSTAT=declined:{ME.upper()}"], "declined"),
    ],
)
def test_one_person_speaks_in_an_answer(lines: list[str], answer: str | None) -> None:
    found = replies_in(mail_of(BY_HAND.format(uid="x", lines="\r\n".join(lines)).encode()))
    assert [(each.answer, each.attendee) for each in found] == ([(answer, "bob@example.org")] if answer else [])


@pytest.mark.parametrize(
    ("lines", "answer"),
    [
        ([f"ATTENDEE;PARTSTAT=NEEDS-ACTION:{SHE}", f"ATTENDEE;PARTSTAT=TENTATIVE:{THEY}"], ("tentative", THEY)),
        (
            [f"ATTENDEE;PARTSTAT=ACCEPTED:{THEY}", f"ATTENDEE;{REPLY_PARAMETER}=t;PARTSTAT=DECLINED:{SHE}"],
            ("declined", SHE),
        ),
    ],
)
def test_of_several_in_an_answer_the_one_with_the_token_speaks_or_the_one_who_answers(
    lines: list[str], answer: tuple[str, str]
) -> None:
    [found] = replies_in(mail_of(BY_HAND.format(uid="x", lines="\r\n".join(lines)).encode()))
    assert (found.answer, f"mailto:{found.attendee}") == answer


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "application/x-any"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le"])
def test_an_answer_is_read_from_a_file_whatever_its_type_and_letters(kind: str, encoding: str) -> None:
    mail = EmailMessage()
    mail.set_content("see the file")
    ics = BY_HAND.format(uid="x", lines=f"ATTENDEE;PARTSTAT=DECLINED:{ME}").encode(encoding)
    main, sub = kind.split("/")
    mail.add_attachment(
        ics, maintype=main, subtype=sub, filename="Reply.ICS"
    ) if main != "text" else mail.add_attachment(ics.decode(encoding), subtype=sub, filename="Reply.ICS")
    assert [each.answer for each in replies_in(mail)] == ["declined"]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (b":mailto:bob@example.org", b";EMAIL=bob@example.org:urn:uuid:3f2a"),  # a principal of a CalDAV server
        (b":mailto:bob@example.org", b";EMAIL=bob@example.org:/principals/users/bob/"),
        (b"METHOD:REPLY\r\n", b""),  # the mail's part names it alone
        (b"DTSTAMP:20261101T110000Z\r\n", b""),  # the mail's Date stands for it
    ],
)
def test_an_answer_is_read_from_where_its_program_wrote_it(
    scene: Scene, database: Database, letters: Letters, now: bytes, then: bytes
) -> None:
    ics = (
        b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:%s\r\nDTSTAMP:20261101T110000Z\r\n"
        b"ATTENDEE;PARTSTAT=DECLINED:mailto:bob@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    invite = letters.invite(scene.bob)
    ics = ics.replace(b"%s", str(invite_in(invite)["UID"]).encode())
    assert now in ics
    mail = mail_of(ics.replace(now, then), refers_to=str(invite["Message-ID"]))
    mail["Date"] = LATER
    assert letters.arrive(mail)[:1] == ["taken"]
    assert answers(database) == [("Bob", "declined")]
