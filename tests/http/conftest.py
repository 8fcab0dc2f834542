"""The application of `tests/pages.py`, and a small world with somebody of every kind in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from flashmeet.app import create_app
from flashmeet.bookings.models.booking import Booking, ThreadFile
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.models.outcome import Confirmation, NoShow
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.days.offering import OfferedDay, offer_day
from flashmeet.calendars.models import CalendarQuestion
from flashmeet.conduct.service.reports import Report, report
from flashmeet.core.config import Config
from flashmeet.core.database.schema import head
from flashmeet.core.database.session import Database
from flashmeet.core.link_kinds import CANCEL, COMING, MOVE, RUNNING_LATE
from flashmeet.core.links import Links
from flashmeet.directory.models import BulkAct, MemberNote, SavedView
from flashmeet.directory.rules.bulk import BulkKind, BulkState
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.identity.models import ApiToken, LoginSession, Member
from flashmeet.identity.rules import AgreedHours
from flashmeet.identity.service.feeds import open_feed
from flashmeet.identity.service.logins import open_login
from flashmeet.identity.service.tokens import create_token
from flashmeet.messages.models import LeftReply, OutboxMessage
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.left_replies import LeftWhy
from flashmeet.messages.rules.outbox import OutboxState
from flashmeet.outreach.models import Campaign, CampaignPerson
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState, InvitationWords
from flashmeet.outreach.rules.segments import Segment
from flashmeet.outreach.service.campaigns import start_campaign
from flashmeet.people.models import AddressChange, MemberImport
from flashmeet.people.rules.joining import Offer
from flashmeet.people.rules.member_columns import KnownWords
from flashmeet.people.service.import_runs import begin_import
from flashmeet.people.service.invitations import make_invitation
from flashmeet.people.service.member_files import look_at
from flashmeet.privacy.models import DataCopy
from flashmeet.programme.models import Nudge
from flashmeet.programme.rules.nudges import UNDO
from flashmeet.requests.models import HourOffer, InactivityCheck
from flashmeet.requests.service.create import Asking, ask
from flashmeet.schedule.models import CalendarAccount, Leave, MemberCalendar
from flashmeet.schedule.rules.availability import Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import SeatRole
from flashmeet.security.models import Passkey
from flashmeet.themes.models import ThemeInvitation
from tests import people
from tests.browsers import Browser, Clock
from tests.pages import client, clock, compiled, signed_in
from tests.people import NOW

__all__ = ["client", "clock", "compiled", "signed_in"]

STAMP = "20261209T0900Z"
WEDNESDAYS = (WeeklyRule(2, Span.parse("09:00", "12:00")),)
UNKNOWN = 987_654
ANYBODY = Offer(label="Promotion 2026", role="any", approves=False, days=30, uses=10)


@pytest.fixture
def app(config: Config, database: Database, clock: Clock, compiled: FileSystemBytecodeCache) -> Flask:
    """One that has answered nothing yet, so that a test may add a route."""
    app = create_app(config, database=database, clock=clock)
    app.jinja_env.bytecode_cache = compiled
    app.test_client_class = Browser
    app.config["SIGN_IN_ANSWERS_AFTER"] = 0
    return app


@dataclass(frozen=True, slots=True)
class World:
    """Alice mentors Bob; Charlie and Dora have no part in it; Odile administers; Eve is suspended."""

    ids: dict[str, int]
    known: dict[str, str]
    """What an address may name, by the name of its variable."""
    tokens: dict[str, str]

    def paths(self, app: Flask, method: str) -> list[tuple[Rule, str]]:
        """Every address that answers to that method, with rows that exist in its variables."""
        rules = [
            rule for rule in app.url_map.iter_rules() if method in (rule.methods or ()) and rule.endpoint not in FILES
        ]
        return [(rule, self.path(rule)) for rule in sorted(rules, key=str)]

    def path(self, rule: Rule, **other: object) -> str:
        fixed = rule.defaults or {}
        missing = rule.arguments - self.known.keys() - fixed.keys()
        assert not missing, f"{rule}: tell tests/http/conftest.py what may stand for {missing}"
        values = {name: fixed.get(name) or self.known[name] for name in rule.arguments}
        built = rule.build(values | {name: str(value) for name, value in other.items() if name in values})
        assert built is not None
        return built[1]


FILES = ("static",)


@pytest.fixture
def world(database: Database, config: Config) -> World:
    """Its schema is marked as this program's."""
    links = Links(config.base_url, config.secret_key)
    with database.writing() as db:
        alice = people.mentor(db, rules=WEDNESDAYS)
        bob, charlie = people.member(db, "Bob", phone="+33612345678"), people.member(db, "Charlie")
        dora = people.mentor(db, "Dora", rules=WEDNESDAYS, mentee=False)
        odile = people.member(db, "Odile", administrator=True, mentee=False)
        eve = people.member(db, "Eve", administrator=True, mentor=True, suspended=True)
        start = NOW.replace(day=9)
        wish = BookingRequest(mentor_id=alice.id, starts_at=start, theme="droit", need="Mes statuts")
        booking = book_slot(db, bob, wish, links=links, now=NOW)
        seat = booking.seat_of(bob.id)
        leave = Leave(member_id=alice.id, first=date(2026, 12, 21), last=date(2026, 12, 23))
        invitation = make_invitation(db, ANYBODY, by=odile, now=NOW)
        db.add(leave)
        db.flush()
        message = db.scalars(select(OutboxMessage.message_key).limit(1)).one()
        mark_schema(db)
        everybody = (alice, bob, charlie, dora, odile, eve)
        tokens = {who.first_name: create_token(db, who, read_only=False, now=NOW) for who in everybody}
        tokens["Bob reads"] = create_token(db, bob, read_only=True, now=NOW)
        db.execute(update(ApiToken).values(used_at=NOW))
        open_login(db, bob, now=NOW)
        account, question = calendars_of(db, alice, booking)
        nudge, view = written_by(db, odile, alice)
        known = {
            **requests_of(db, bob, alice, links),
            "login_id": str(db.scalars(select(LoginSession.id)).one()),
            "token_id": str(db.scalars(select(ApiToken.id).where(ApiToken.member_id == charlie.id).limit(1)).one()),
            "nudge_id": str(nudge.id),
            "campaign_id": str(campaign_by(db, odile)),
            "year_token": question_to(db, alice, odile, links),
            "passkey_id": passkey_of(db, bob),
            "act": "suspend",
            "back_token": left_address(db, bob, links),
            "invited_token": invited(db, bob, odile, booking.theme_id, links),
            "pause_token": links.pause_token(nudge.id, nudge.nonce),
            "view_id": str(view.id),
            **after_an_hour(db, booking, links),
            "day_id": str(day_of(db, alice).id),
            **conduct_of(db, charlie, dora, booking, links),
            "person_id": str(alice.id),
            "after_token": links.after_token(seat.id, seat.nonce),
            "account_id": str(account.id),
            "calendar_id": str(account.calendars[0].id),
            "question_token": links.calendar_question_token(question.id, question.nonce),
            "booking_id": str(booking.id),
            "decline_token": links.decline_token(seat.id, seat.nonce),
            "feed_secret": open_feed(db, bob, now=NOW),
            "key": message,
            "import_id": str(import_by(db, odile)),
            "reply_id": str(reply_of(db)),
            "locale": "fr",
            "ending": "csv",
            "icon_name": "32",
            "invitation_id": str(invitation.id),
            "invitation_token": links.invitation_token(invitation.id, invitation.nonce),
            "leave_id": str(leave.id),
            "member_id": str(charlie.id),
            "other_id": str(dora.id),
            "mentor_id": str(alice.id),
            "move_token": links.change_token(MOVE, seat.id, seat.nonce, booking.starts_at),
            "coming_token": links.change_token(COMING, seat.id, seat.nonce, booking.starts_at),
            "late_token": links.change_token(RUNNING_LATE, seat.id, seat.nonce, booking.starts_at),
            "cancel_token": links.change_token(CANCEL, seat.id, seat.nonce, booking.starts_at),
            "file_id": str(file_of(db, booking)),
            "copy_id": str(copy_of(db, charlie).id),
            "page_name": "charter",
            "setting_key": "policy.horizon_days",
            "version": "1",
            "message_id": str(troubled_message(db)),
            "bulk_id": str(bulk_by(db, odile)),
            "note_id": str(note_about(db, charlie, odile)),
            "off_token": links.mail_off_token(bob.id, "reminders"),
            "provider": "google",
            "stamp": STAMP,
            "token": links.join_token(seat.id, seat.nonce),
            "theme": "droit",
            "theme_id": str(booking.theme_id),
        }
        return World({who.first_name: who.id for who in everybody}, known, tokens)


def invited(db: Session, bob: Member, odile: Member, theme_id: int, links: Links) -> str:
    """Odile invited Bob to help with the theme."""
    db.add(ThemeInvitation(member_id=bob.id, theme_id=theme_id, by_id=odile.id, at=NOW))
    db.flush()
    return links.theme_invitation_token(bob.id, theme_id)


def bulk_by(db: Session, odile: Member) -> int:
    """An act of Odile's that is over, and concerned nobody who is left."""
    act = BulkAct(
        kind=BulkKind.APPROVE,
        state=BulkState.DONE,
        hours=AgreedHours.KEEP,
        fields={},
        total=1,
        by_id=odile.id,
        created_at=NOW,
    )
    db.add(act)
    db.flush()
    return act.id


def note_about(db: Session, charlie: Member, odile: Member) -> int:
    note = MemberNote(member_id=charlie.id, by_id=odile.id, text="Prefers mornings", written_at=NOW)
    db.add(note)
    db.flush()
    return note.id


def copy_of(db: Session, charlie: Member) -> DataCopy:
    """A copy of his data that Charlie asked for long ago, still to be made."""
    copy = DataCopy(member_id=charlie.id, asked_by_id=charlie.id, asked_at=NOW)
    db.add(copy)
    db.flush()
    return copy


def import_by(db: Session, odile: Member) -> int:
    """A file of one person and one wrong row, with what would be left out of it."""
    data = "email;prénom;rôle\nzoe@example.org;Zoé;mentee\nnobody;Zed;king\n".encode()
    import_id = begin_import(db, data, look_at(data, KnownWords()), file_name="people.csv", by=odile, now=NOW)
    db.get_one(MemberImport, import_id).left_out = "UEs="
    return import_id


def requests_of(db: Session, bob: Member, alice: Member, links: Links) -> dict[str, str]:
    """Bob asks Alice at a time of her choice; an hour is offered to him, and Alice is asked whether she is there."""
    request = ask(db, bob, Asking(theme="droit", need="Mes statuts", mentor_id=alice.id, any_time=True), now=NOW)
    nonce, hour = "nonce", NOW.replace(day=16)
    offer = HourOffer(request=request, mentor=alice, starts_at=hour, state="open", ends_at=hour, nonce=nonce)
    question = InactivityCheck(member_id=alice.id, asked_at=NOW, due_at=hour, nonce=nonce)
    db.add_all([offer, question])
    db.flush()
    asked = request.asks[0]
    return {
        "request_id": str(request.id),
        "request_token": links.request_token(request.id, bob.id),
        "ask_id": str(asked.id),
        "ask_token": links.ask_token(asked.id, asked.nonce),
        "offer_token": links.offer_token(offer.id, nonce),
        "hours_token": links.hours_token(alice.id, f"{NOW:%Y-%m}"),
        "still_token": links.inactivity_check_token(question.id, nonce),
    }


def written_by(db: Session, odile: Member, alice: Member) -> tuple[Nudge, SavedView]:
    """Odile offers Alice a pause, and keeps a view."""
    nudge = Nudge(
        member=alice, by=odile, kind="pause_offer", about="hours", nonce="nonce", sent_at=NOW, due_at=NOW + UNDO
    )
    view = SavedView(
        page=ViewedPage.REGISTRANTS, name="Sans heure", fields={"only": "idle"}, by_id=odile.id, created_at=NOW
    )
    db.add_all([nudge, view])
    db.flush()
    return nudge, view


def file_of(db: Session, booking: Booking) -> int:
    """Bob gave Alice a PDF."""
    file = ThreadFile(
        booking_id=booking.id, author=booking.mentee, name="cv.pdf", size=14, content="JVBERi0xLjclJUVPRg==", at=NOW
    )
    db.add(file)
    db.flush()
    return file.id


def campaign_by(db: Session, odile: Member) -> int:
    """Odile invites those who have never come."""
    words = InvitationWords().kept()
    return start_campaign(db, CampaignKind.INVITATION, Segment(never=True), words, by=odile, now=NOW).id


def question_to(db: Session, alice: Member, odile: Member, links: Links) -> str:
    """Odile asked Alice a year ago whether she goes on; the token of the link that Alice got."""
    asked = Campaign(
        kind=CampaignKind.RENEWAL,
        state=CampaignState.DONE,
        fields={},
        words={},
        year=2025,
        by=odile,
        created_at=NOW,
        start_at=NOW,
    )
    person = CampaignPerson(campaign=asked, member=alice, added_at=NOW, writes=1, first_at=NOW, written_at=NOW)
    db.add_all([asked, person])
    db.flush()
    return links.year_token(person.id, alice.id)


def left_address(db: Session, bob: Member, links: Links) -> str:
    """Bob changed his address this morning; the token of the link that the former one got."""
    change = AddressChange(member=bob, before="bob@former.example", nonce="n", changed_at=NOW)
    db.add(change)
    db.flush()
    return links.address_back_token(change.id, change.nonce)


def after_an_hour(db: Session, booking: Booking, links: Links) -> dict[str, str]:
    """Bob and Alice go on; and the link that asks what came of their hour."""
    day = NOW.date()
    series = Series(
        state="open",
        mentor=booking.mentor,
        mentee=booking.mentee,
        theme=booking.theme,
        proposed_by_id=booking.mentee_id,
        goals="Déposer les statuts",
        rhythm_weeks=2,
        ends_on=day.replace(month=12, day=31),
        review_on=day.replace(month=12, day=20),
        proposed_at=NOW,
        nonce="nonce",
    )
    db.add(series)
    db.flush()
    seat = booking.seat_of(booking.mentee_id)
    return {
        "series_id": str(series.id),
        "series_token": links.series_token(series.id, booking.mentee_id, "nonce"),
        "later_token": links.follow_up_token(seat.id, seat.nonce, 30),
    }


def day_of(db: Session, alice: Member) -> DayOffer:
    """A day that Alice offers."""
    said = OfferedDay(
        theme="droit", first=date(2026, 12, 18), span=Span.parse("09:00", "17:00"), programme="Une journée au tribunal"
    )
    return offer_day(db, alice, said, now=NOW)


def conduct_of(db: Session, charlie: Member, dora: Member, booking: Booking, links: Links) -> dict[str, str]:
    """Charlie has reported Dora; Alice says that Bob did not come, and he is asked to confirm his hour."""
    case = report(db, charlie, dora.id, Report(what="other", story="Hors sujet"), now=NOW)
    start, seat = booking.starts_at, booking.seat_of(booking.mentee_id)
    absence = NoShow(
        booking=booking,
        about=booking.mentee,
        by=booking.mentor,
        role=SeatRole.MENTEE,
        state="said",
        said_at=NOW,
        until=start,
        starts_at=start,
        nonce="nonce",
    )
    db.add_all([absence, Confirmation(booking_id=booking.id, starts_at=start, until=start)])
    db.flush()
    return {
        "absence_token": links.absence_token(absence.id, "nonce"),
        "case_id": str(case.id),
        "confirm_token": links.confirm_token(seat.id, seat.nonce),
    }


def troubled_message(db: Session) -> int:
    """A message that was refused."""
    row = db.scalars(select(OutboxMessage).order_by(OutboxMessage.id.desc()).limit(1)).one()
    row.state, row.reason, row.settled_at = OutboxState.REFUSED, "550 5.1.1", NOW
    db.flush()
    return row.id


def calendars_of(db: Session, alice: Member, booking: Booking) -> tuple[CalendarAccount, CalendarQuestion]:
    """A calendar of Alice's that nothing is used for, and what Bob is asked because of it."""
    account = CalendarAccount(member=alice, kind="caldav", label="alice", settings={}, secret="shut", created_at=NOW)
    account.calendars.append(MemberCalendar(member_id=alice.id, remote_id="x", next_try_at=NOW))
    question = CalendarQuestion(
        booking=booking,
        member_id=booking.mentee_id,
        kind="moved",
        version=booking.sequence,
        proposed_at=booking.starts_at.replace(hour=10),
        nonce="nonce",
        due_at=booking.starts_at,
    )
    db.add_all([account, question])
    db.flush()
    return account, question


def reply_of(db: Session) -> int:
    """What somebody wrote back and nobody could take."""
    reply = LeftReply(channel=ChannelName.MAIL, ref="ref", sender="x@example.org", why=next(iter(LeftWhy)), at=NOW)
    db.add(reply)
    db.flush()
    return reply.id


def passkey_of(db: Session, member: Member) -> str:
    passkey = Passkey(
        member_id=member.id, credential_id="id", public_key="key", sign_count=0, name="Phone", created_at=NOW
    )
    db.add(passkey)
    db.flush()
    return str(passkey.id)


def mark_schema(db: Session) -> None:
    """As `flashmeet db upgrade` does; the tests' tables are made without it."""
    db.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL)"))
    db.execute(text("DELETE FROM alembic_version"))
    db.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": head()})


def asking(app: Flask, world: World, who: str | None, *, api: bool) -> Browser:
    """A browser of theirs; for the API one that carries their token."""
    browser = Browser(app)
    if who is None:
        return browser
    if api:
        browser.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {world.tokens[who]}"
        return browser
    return browser.sign_in(world.ids[who])
