"""Connects features to the events of others; imported once by every process that runs use cases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.audit.service import record
from flashmeet.bookings.mails.facts import booking_facts, hours_facts, series_facts
from flashmeet.bookings.mails.invite import booking_invite
from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.queries.over import count_given
from flashmeet.bookings.queries.people import have_booked
from flashmeet.bookings.rules import messages as bookings_messages
from flashmeet.bookings.rules.messages import INVITE, INVITE_WITHDRAWN
from flashmeet.bookings.service.changed_numbers import has_hours_with_former_number
from flashmeet.bookings.service.events import (
    Ending,
    absence_said,
    booking_changed,
    booking_ended,
    coming_said,
    mentor_accepted,
    mentor_asked,
    outcome_said,
)
from flashmeet.bookings.service.leave_questions import ask_about_bookings, ask_about_closed_hours
from flashmeet.bookings.service.limits import count_anew, weigh
from flashmeet.bookings.service.messages.checks import changed_bookings
from flashmeet.bookings.service.messages.new_addresses import follow_address
from flashmeet.bookings.service.messages.reminders import follow_member
from flashmeet.bookings.service.messages.todays_facts import booking_today
from flashmeet.calendars.mails import account_facts, question_facts
from flashmeet.calendars.rules import messages as calendars_messages
from flashmeet.calendars.service.event_writer import write_to_calendars
from flashmeet.calendars.service.notices import recovered_accounts, settled_questions, todays_state
from flashmeet.conduct.mails import case_facts, conduct_facts
from flashmeet.conduct.rules import messages as conduct_messages
from flashmeet.conduct.service.confirmations import confirm_by_coming, stop_asking
from flashmeet.conduct.service.no_shows import say_absent, take_back_unless_absent
from flashmeet.directory.mails import office_facts
from flashmeet.directory.rules import messages as directory_messages
from flashmeet.directory.service.offices import led_today
from flashmeet.identity.models import Member
from flashmeet.identity.service import events as identity_events
from flashmeet.identity.service.events import (
    address_changed,
    cannot_come,
    contact_changed,
    have_met,
    mentor_changed,
    security_happened,
)
from flashmeet.messages.outbox.drop_reasons import CHECKS, WHO_IS_AWAY
from flashmeet.messages.outbox.todays_facts import TODAYS_FACTS
from flashmeet.messages.rendering.facts import FACT_SHEETS, INVITE_WRITERS, payload_facts
from flashmeet.outreach.mails import announced_facts, invited_facts, year_facts
from flashmeet.outreach.rules import messages as outreach_messages
from flashmeet.outreach.service.messages import campaign_today, settled_campaigns
from flashmeet.people.mails import address_facts, code_facts, terms_facts
from flashmeet.people.rules import messages as people_messages
from flashmeet.people.service.terms_notices import settled_terms
from flashmeet.privacy.mails import own_data_facts
from flashmeet.privacy.rules import messages as privacy_messages
from flashmeet.programme.mails import digest_facts, nudge_facts, policy_facts
from flashmeet.programme.rules import messages as programme_messages
from flashmeet.programme.service.to_do import digest_today
from flashmeet.requests.mails import hour_request_facts, inactivity_facts, request_facts, theme_facts
from flashmeet.requests.queries import add_unfit_for, have_asked
from flashmeet.requests.rules import messages as requests_messages
from flashmeet.requests.service.approval import accept_with_booking, ask_mentor, end_with_booking
from flashmeet.requests.service.departures import follow_departure, follow_leave
from flashmeet.requests.service.notices import settled_asks, settled_offers
from flashmeet.requests.service.todays_facts import asker_today
from flashmeet.rooms.rules import messages as rooms_messages
from flashmeet.rooms.service.providers import end_meetings
from flashmeet.schedule.service.availability import hours_elsewhere
from flashmeet.schedule.service.events import (
    hours_counted,
    hours_replaced,
    leave_taken,
    limits_changed,
    limits_weighed,
    said_unfit,
)
from flashmeet.schedule.service.leave import to_members_on_leave
from flashmeet.schedule.service.openings import refresh_openings
from flashmeet.security.mails import factor_facts
from flashmeet.security.rules import messages as security_messages
from flashmeet.themes.rules import messages as themes_messages
from flashmeet.themes.service import themes_today


def _refresh_openings(db: Session, member_id: int, now: datetime) -> None:
    refresh_openings(db, member_id, now=now)


def _reschedule_reminders(db: Session, member: Member, now: datetime) -> None:
    follow_member(db, member, now=now)


def _follow_address(db: Session, member: Member, before: str, now: datetime) -> None:
    follow_address(db, member, before, now=now)


def _write_to_calendars(db: Session, booking: Booking, now: datetime) -> None:
    write_to_calendars(db, booking, now=now)


def _end_meetings(db: Session, booking: Booking, _why: Ending, _by: Member | None, now: datetime) -> None:
    """Ends the booking's call at its provider. Only an agreed booking can have one: ending it raised its sequence."""
    if booking.sequence > 0:
        end_meetings(db, booking, now=now)


def _say_absent(db: Session, booking: Booking, member: Member, now: datetime) -> None:
    say_absent(db, booking, member, now=now)


mentor_changed.listen(_refresh_openings)
security_happened.listen(record)
address_changed.listen(_follow_address)
cannot_come.listen(follow_departure)
contact_changed.listen(_reschedule_reminders)
booking_changed.listen(_write_to_calendars)
booking_ended.listen(end_with_booking)
booking_ended.listen(_end_meetings)
booking_ended.listen(stop_asking)
mentor_asked.listen(ask_mentor)
mentor_accepted.listen(accept_with_booking)
leave_taken.listen(follow_leave)
leave_taken.listen(ask_about_bookings)
hours_replaced.listen(ask_about_closed_hours)
limits_changed.listen(count_anew)
limits_weighed.listen(weigh)
hours_counted.listen(count_given)
said_unfit.listen(add_unfit_for)
coming_said.listen(confirm_by_coming)
absence_said.listen(_say_absent)
outcome_said.listen(take_back_unless_absent)
identity_events.hours_elsewhere.answer(hours_elsewhere)
identity_events.former_number_given.answer(has_hours_with_former_number)
have_met.answer(have_booked)
have_met.answer(have_asked)
CHECKS["booking"] = changed_bookings
CHECKS["calendar account"] = recovered_accounts
CHECKS["calendar question"] = settled_questions
CHECKS["ask"] = settled_asks
CHECKS["offer"] = settled_offers
CHECKS["terms"] = settled_terms
CHECKS["campaign"] = settled_campaigns
CHECKS[WHO_IS_AWAY] = to_members_on_leave

TODAYS_FACTS["booking_id"] = booking_today
TODAYS_FACTS["slug"] = themes_today
TODAYS_FACTS["things"] = digest_today
TODAYS_FACTS["led"] = led_today
TODAYS_FACTS["ask_nonce"] = asker_today
TODAYS_FACTS["account_id"] = todays_state
TODAYS_FACTS["campaign_id"] = campaign_today

MESSAGES = (
    bookings_messages,
    calendars_messages,
    conduct_messages,
    directory_messages,
    outreach_messages,
    people_messages,
    privacy_messages,
    programme_messages,
    requests_messages,
    rooms_messages,
    security_messages,
    themes_messages,
)
"""Modules that declare kinds of messages."""

FACT_SHEETS |= {
    "address": address_facts,
    "announced": announced_facts,
    "booking": booking_facts,
    "calendar account": account_facts,
    "calendar question": question_facts,
    "case": case_facts,
    "code": code_facts,
    "conduct": conduct_facts,
    "digest": digest_facts,
    "factor": factor_facts,
    "hour request": hour_request_facts,
    "hours": hours_facts,
    "inactivity": inactivity_facts,
    "invited": invited_facts,
    "nudge": nudge_facts,
    "office": office_facts,
    "own data": own_data_facts,
    "payload": payload_facts,
    "policy": policy_facts,
    "request": request_facts,
    "series": series_facts,
    "terms": terms_facts,
    "theme": theme_facts,
    "year": year_facts,
}
INVITE_WRITERS |= {INVITE: booking_invite, INVITE_WITHDRAWN: booking_invite}
