"""Who sends each form that is asked about or can be undone, what they send, and what has to be there before."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.series import Series
from flashmeet.bookings.rules.series import SeriesState
from flashmeet.conduct.service.blocks import block
from flashmeet.core.links import Links
from flashmeet.directory.models import SavedView
from flashmeet.directory.rules.views import ViewedPage
from flashmeet.identity.models import Member
from flashmeet.people.models import ConductCase
from flashmeet.people.rules.cases import Decision
from flashmeet.people.service.pictures import keep_photo
from flashmeet.requests.models import MentoringRequest
from flashmeet.requests.rules.requests import AskState, RequestState
from flashmeet.schedule.models import Leave
from flashmeet.schedule.rules.booked_hour import BookingStatus
from flashmeet.schedule.service.free_now import begin_free_now
from flashmeet.schedule.service.pauses import pause
from flashmeet.security.models import AuthenticatorApp
from tests import people
from tests.http.conftest import World
from tests.people import NOW

Form = dict[str, Any]
DAY = {
    "theme": "droit",
    "date": "2026-12-22",
    "start": "09:00",
    "end": "17:00",
    "mode": "video",
    "programme": "Une journée au tribunal",
}
ASKED: dict[str, tuple[str, Form]] = {
    "admin_cases.end": ("Odile", {"decision": "suspended", "apart": "keep"}),
    "admin_outreach.change:end": ("Odile", {"act": "end"}),
    "bookings.answer:decline": ("Alice", {"answer": "decline"}),
    "calendars.act:disconnect": ("Alice", {"act": "disconnect"}),
    "factors.renew_codes": ("Bob", {}),
    "factors.take_app_away": ("Bob", {}),
    "factors.take_key_away": ("Bob", {}),
    "feed.close": ("Bob", {}),
    "feed.make": ("Bob", {}),
    "pictures.save_logo:drop": ("Odile", {"drop": "yes"}),
    "pictures.save_photo:drop": ("Bob", {"drop": "yes"}),
    "requests.act:none": ("Bob", {"act": "none"}),
    "requests.act:withdraw": ("Bob", {"act": "withdraw"}),
    "security.close_one": ("Bob", {}),
    "security.close_others": ("Bob", {}),
    "security.leave_everywhere": ("Bob", {}),
    "security.renew": ("Bob", {}),
    "security.take_back": ("Charlie", {}),
    "series.act:decline": ("Alice", {"act": "decline"}),
    "series.act:end": ("Bob", {"act": "end"}),
    "thread_files.give:drop": ("Bob", {"drop": "yes"}),
    "threads.solved": ("Alice", {"text": "Articles 3 et 7."}),
}
"""The others are administrators' acts, sent as in `tests/audit/test_every_act.py`."""
ASKED_BY_VIEW: dict[str, tuple[str, Form]] = {
    "admin_person.give": ("Odile", {"office": "themes", "led_themes": ["droit"]}),
    "admin_terms.announce": ("Odile", {}),
    "feedback.answer:absent": ("Bob", {"happened": "absent"}),
    "feedback.save:absent": ("Bob", {"happened": "absent"}),
    "members_data.erase": ("Odile", {"typed": "charlie@example.org"}),
}
UNDOING: dict[str, tuple[str, Form]] = {
    "admin_cases.keep_or_lift": ("Odile", {"apart": "lift"}),
    "admin_member_views.drop_view": ("Odile", {}),
    "admin_outreach.change:pause": ("Odile", {"act": "pause"}),
    "admin_registrants.drop_view": ("Odile", {}),
    "blocks.end": ("Bob", {}),
    "free_now.begin": ("Alice", {}),
    "free_now.end": ("Alice", {}),
    "leave.end": ("Alice", {}),
    "leave.take": ("Alice", {"first": "2027-01-04", "last": "2027-01-08"}),
    "notifications.go_on": ("Bob", {}),
    "notifications.stop_all": ("Bob", {}),
    "notifications.switch_off": ("Bob", {}),
    "own_days.offer": ("Alice", DAY),
    "own_days.withdraw": ("Alice", {}),
    "profile.show_activity": ("Bob", {"act": "hide"}),
    "search.dismiss_suggestion": ("Bob", {"next": "/search"}),
}
LASTING = frozenset({"own_days.offer"})
"""Whose undoing leaves a trace of its own: a day that was withdrawn is kept."""


def make_ready_for(key: str, db: Session, world: World, links: Links) -> None:
    """Brings what the form is about into the state in which it is sent."""
    ids, known = world.ids, world.known
    alice, bob = db.get_one(Member, ids["Alice"]), db.get_one(Member, ids["Bob"])
    booking = db.get_one(Booking, int(known["booking_id"]))
    match key:
        case "admin_cases.keep_or_lift":
            case = db.get_one(ConductCase, int(known["case_id"]))
            case.decision, case.closed_at, case.open_key = Decision.DISMISSED, NOW, None
        case "admin_member_views.drop_view":
            view = db.get_one(SavedView, int(known["view_id"]))
            view.page, view.fields = ViewedPage.MEMBERS, {"only": "mentor"}
        case "admin_theme_mentors.ask_mentors":
            people.mentor(db, "Idris", rules=())
        case "blocks.end":
            block(db, bob, alice.id, cancel=False, now=NOW)
        case "bookings.answer:decline":
            booking.status, booking.answer_due_at = BookingStatus.PENDING, booking.starts_at
        case "factors.renew_codes" | "factors.take_app_away" | "factors.take_key_away":
            bob.factor_at = NOW
            db.add(AuthenticatorApp(member_id=bob.id, secret="shut", last_step=0, created_at=NOW))
        case "free_now.end":
            begin_free_now(db, alice, now=NOW)
        case "notifications.go_on":
            pause(db, bob, now=NOW)
        case "pictures.save_photo:drop":
            keep_photo(db, bob, ("image/jpeg", b"a face"), now=NOW)
        case "leave.take":
            db.delete(db.get_one(Leave, int(known["leave_id"])))
        case "requests.act:none":
            asked = db.get_one(MentoringRequest, int(known["request_id"]))
            asked.state, asked.asks[0].state = RequestState.PROPOSED, AskState.COUNTERED
        case "series.act:decline":
            series = db.get_one(Series, int(known["series_id"]))
            series.state = SeriesState.PROPOSED
            known["series_token"] = links.series_token(series.id, alice.id, series.nonce)
