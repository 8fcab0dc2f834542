"""What every form and every writing operation may cost: one budget each, and no route without one.

`each` is per member, or per address range where nobody is signed in; `everybody` is for the whole service. `also`
names limits that a view or a use case counts itself: per pair, mailbox, number, seat or token. Honest use stays far
below; what is beyond is refused by 429, a sentence and `Retry-After` (`http.admission.rate_limits.spend_budget`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from flashmeet.core.limits import Limit

TEN_MINUTES, AN_HOUR = 600, 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    each: Limit
    everybody: Limit
    also: tuple[str, ...] = ()


def _budget(name: str, *, each: int, everybody: int, seconds: int) -> Budget:
    return Budget(
        each=Limit(name=f"{name}_each", most=each, seconds=seconds),
        everybody=Limit(name=f"{name}_all", most=everybody, seconds=seconds),
    )


OWN = _budget("own", each=300, everybody=60_000, seconds=TEN_MINUTES)
"""A form about one's own things: rows, and no message."""
LOOKS = _budget("looks", each=900, everybody=60_000, seconds=TEN_MINUTES)
"""What a form would do, shown while it is filled in; nothing is written."""
MAILING = _budget("mailing", each=120, everybody=100_000, seconds=AN_HOUR)
"""An act that writes to another person."""
COSTLY = _budget("costly", each=60, everybody=5_000, seconds=AN_HOUR)
"""A picture, a file, a server that is asked."""
CODES = _budget("codes", each=600, everybody=20_000, seconds=AN_HOUR)
"""A code by mail or SMS, or a try at one; a class of students behind one router must get in."""
LINKS = _budget("links", each=600, everybody=60_000, seconds=TEN_MINUTES)
"""What a personal link does for whoever is not signed in; counted by address, so that links cannot be tried out."""
ROOM = _budget("room", each=6_000, everybody=300_000, seconds=TEN_MINUTES)
"""What a page in a room says, several times a minute; a school may have forty rooms behind one address."""
HOOKS = _budget("hooks", each=12_000, everybody=60_000, seconds=TEN_MINUTES)
"""What a provider tells, signed by it."""
OFFICE = _budget("office", each=600, everybody=6_000, seconds=TEN_MINUTES)
"""An administrator's act."""
BULK = _budget("bulk", each=120, everybody=600, seconds=AN_HOUR)
"""An administrator's act on many: files, mails to several."""


def also(budget: Budget, *names: str) -> Budget:
    """Returns the budget with limits that are counted elsewhere: `module:NAME`, below `flashmeet`."""
    return replace(budget, also=names)


_MAILBOX, _ADDRESS = "http.admission.rate_limits:MAILBOX", "http.admission.rate_limits:ADDRESS"
_FACTOR = "security.pages.answers:FACTOR_TRIES"
_BOOKING = also(MAILING, "bookings.service.book:BOOKINGS_A_DAY")
_MOVING = also(MAILING, "bookings.service.move:MOVES")
_ASKING = also(MAILING, "requests.service.create:REQUESTS_A_DAY")
_SIGNALS = "rooms.pages.signalling"

BUDGETS: dict[str, Budget] = {
    "absences.answer": LINKS,
    "address_back.take_back": LINKS,
    "address.ask_address": also(CODES, "people.pages.address:ADDRESS_CODES", _MAILBOX),
    "address.confirm": CODES,
    "admin_access.end": OFFICE,
    "admin_access.take_back": OFFICE,
    "admin_bulk.start": BULK,
    "admin_bulk.undo": BULK,
    "admin_cases.add_note": OFFICE,
    "admin_cases.end": OFFICE,
    "admin_cases.keep_or_lift": OFFICE,
    "admin_cases.look_at": OFFICE,
    "admin_editing.add": OFFICE,
    "admin_editing.save": OFFICE,
    "admin_import.look": BULK,
    "admin_import.check": BULK,
    "admin_import.take": BULK,
    "admin_joining.admit_member": OFFICE,
    "admin_joining.make": OFFICE,
    "admin_joining.revoke": OFFICE,
    "admin_joining.turn_member_away": OFFICE,
    "admin_member_views.drop_view": OFFICE,
    "admin_member_views.keep_view": OFFICE,
    "admin_member_views.name_view": OFFICE,
    "admin_members.approve_member": OFFICE,
    "admin_members.change_member": OFFICE,
    "admin_members.change_member_address": OFFICE,
    "admin_members.pause_member": OFFICE,
    "admin_members.reinstate_member": OFFICE,
    "admin_members.suspend_member": OFFICE,
    "admin_messages.drop": OFFICE,
    "admin_messages.end_reply": OFFICE,
    "admin_messages.retry": OFFICE,
    "admin_nudges.send": BULK,
    "admin_nudges.undo": OFFICE,
    "admin_announcements.send": BULK,
    "admin_outreach.change": OFFICE,
    "admin_invitations.send_trial": OFFICE,
    "admin_invitations.start": BULK,
    "admin_year.ask": BULK,
    "become_mentor.give": OWN,
    "booking_details.phone": MAILING,
    "booking_details.place": MAILING,
    "booking_details.relation": MAILING,
    "follow_up.answer": LINKS,
    "inactivity_check.answer": LINKS,
    "room_fallback.another": also(ROOM, "rooms.pages.fallback:DECIDING"),
    "room_fallback.phone": also(ROOM, "rooms.pages.fallback:DECIDING"),
    "room_providers.go": also(ROOM, "rooms.pages.providers:GOING"),
    "theme_invitations.answer": LINKS,
    "year_answers.answer": LINKS,
    "admin_merging.merge": OFFICE,
    "admin_person.give": OFFICE,
    "admin_person.invite": MAILING,
    "admin_person.remove": OFFICE,
    "admin_person.write": OFFICE,
    "admin_registrants.drop_view": OFFICE,
    "admin_registrants.keep_view": OFFICE,
    "admin_settings.decide": OFFICE,
    "admin_settings.apply": BULK,
    "admin_sms.save": OFFICE,
    "admin_sms.unblock": OFFICE,
    "admin_terms.announce": BULK,
    "admin_terms.withdraw": BULK,
    "admin_theme_mentors.approve_mentor": OFFICE,
    "admin_theme_mentors.ask_mentors": BULK,
    "admin_themes.answer_proposal": OFFICE,
    "admin_themes.change": OFFICE,
    "admin_themes.create": OFFICE,
    "admin_themes.invite": OFFICE,
    "admin_recruiting.ask_these": BULK,
    "admin_themes.merge": BULK,
    "admin_themes.restore": OFFICE,
    "admin_themes.retire": OFFICE,
    "admin_themes.starter": OFFICE,
    "api.answer": MAILING,
    "api.answer_an_ask": MAILING,
    "api.ask_for_an_hour": _ASKING,
    "api.book": _BOOKING,
    "api.cancel": MAILING,
    "api.choose_a_time": MAILING,
    "api.reply_to_a_question": MAILING,
    "api.delete_free_now": OWN,
    "api.end_a_leave": OWN,
    "api.move": _MOVING,
    "api.post_terms": OWN,
    "api.put_availability": OWN,
    "api.put_free_now": OWN,
    "api.take_a_leave": MAILING,
    "api.take_back": MAILING,
    "asked.answer": LINKS,
    "availability.move_zone": OWN,
    "availability.preview": LOOKS,
    "availability.save": OWN,
    "blocks.end": OWN,
    "blocks.save": MAILING,
    "book.book": _BOOKING,
    "bookings.answer": MAILING,
    "bookings.cancel_it": MAILING,
    "bookings.move_it": _MOVING,
    "calendar_questions.answer": LINKS,
    "calendars.act": COSTLY,
    "calendars.add": also(COSTLY, "calendars.pages.accounts:CONNECTING"),
    "calendars.switch": OWN,
    "changed_numbers.give": MAILING,
    "confirmations.answer": LINKS,
    "mailed_changes.cancel": LINKS,
    "mailed_words.say_it": LINKS,
    "late.say_it": also(LINKS, "rooms.pages.room:TELLING"),
    "mailed_changes.move": also(LINKS, "bookings.service.move:MOVES"),
    "consents.connect": COSTLY,
    "day_offers.ask": MAILING,
    "declined.answer": LINKS,
    "demo.enter": LINKS,
    "factor_resets.reset": OFFICE,
    "factors.begin": OWN,
    "factors.begin_key": OWN,
    "factors.confirm_app": also(CODES, _FACTOR),
    "factors.confirm_key": also(CODES, _FACTOR),
    "factors.renew_codes": OWN,
    "factors.take_app_away": OWN,
    "factors.take_key_away": OWN,
    "feed.close": OWN,
    "feed.make": OWN,
    "feedback.answer": LINKS,
    "feedback.save": OWN,
    "first_minute.save": OWN,
    "free_now.begin": OWN,
    "free_now.end": OWN,
    "free_now.switch": OWN,
    "giving.give": OWN,
    "giving.publish": LINKS,
    "giving.turn": OWN,
    "google_hook.knock": HOOKS,
    "hooks.inbound": HOOKS,
    "hooks.status": HOOKS,
    "launch.begin": OFFICE,
    "launch.open_it": OFFICE,
    "leave.end": OWN,
    "leave.stop": MAILING,
    "leave.take": MAILING,
    "me.answer": MAILING,
    "thread_files.give": also(COSTLY, "bookings.pages.thread_files:FILES"),
    "threads.question": MAILING,
    "members_data.ask": BULK,
    "members_data.erase": OFFICE,
    "notifications.go_on": OWN,
    "notifications.save": OWN,
    "notifications.stop_all": OWN,
    "notifications.switch_off": LINKS,
    "notifications.switch_on": LINKS,
    "offers.answer": LINKS,
    "one_time.enter": also(CODES, _ADDRESS),
    "own_days.change_it": MAILING,
    "own_days.offer": OWN,
    "own_days.restore": OWN,
    "own_days.withdraw": MAILING,
    "own_data.ask": COSTLY,
    "own_data.ask_code": also(CODES, "privacy.pages.own_data:ERASURE_CODES"),
    "own_data.confirm": CODES,
    "own_data.take": COSTLY,
    "own_room.save": OWN,
    "page_texts.save": OFFICE,
    "pauses.answer": LINKS,
    "phone.ask": also(CODES, "people.pages.phone:_spend"),
    "phone.confirm": CODES,
    "pictures.save_logo": also(COSTLY, "people.pages.pictures:PICTURES"),
    "pictures.save_photo": also(COSTLY, "people.pages.pictures:PICTURES"),
    "kept_words.bring_back": OWN,
    "kept_words.drop": OWN,
    "preferences.choose_language": LINKS,
    "preferences.choose_zone": LINKS,
    "profile.confirm": OWN,
    "profile.show_activity": OWN,
    "profile.save": OWN,
    "proof.ask_passkey": OWN,
    "proof.mail": also(CODES, _MAILBOX),
    "proof.prove": also(CODES, _FACTOR),
    "reports.save": MAILING,
    "requests.act": LINKS,
    "requests.send": _ASKING,
    "room_signals.enter": also(ROOM, f"{_SIGNALS}:ENTERING"),
    "room_signals.leave": ROOM,
    "room_signals.media": ROOM,
    "room_signals.poll": ROOM,
    "room_signals.relay": also(ROOM, f"{_SIGNALS}:CHECKING"),
    "room_signals.send": also(ROOM, f"{_SIGNALS}:SENDING"),
    "rooms.late": also(ROOM, "rooms.pages.room:TELLING"),
    "search.dismiss_suggestion": OWN,
    "search.suggest_again": OWN,
    "search.propose": OWN,
    "search.tell": OWN,
    "security.add_token": also(OWN, "security.pages.security:TOKENS_MADE"),
    "security.close_one": OWN,
    "security.close_others": OWN,
    "security.leave_everywhere": OWN,
    "security.renew": OWN,
    "security.take_back": OWN,
    "second_step.enter": also(CODES, _ADDRESS, _FACTOR),
    "series.act": LINKS,
    "series.propose": MAILING,
    "setup.take_starters": OFFICE,
    "setup.take_words": OFFICE,
    "setup.try_mail": COSTLY,
    "setup.try_sms": COSTLY,
    "sign_in.ask": also(CODES, _ADDRESS, _MAILBOX, "http.admission.rate_limits:KNOWN_BROWSER"),
    "sign_in.leave": LINKS,
    "sign_in.redeem": also(CODES, _ADDRESS, "http.admission.rate_limits:WRONG_CODES"),
    "terms.accept": OWN,
    "threads.read_first": OWN,
    "threads.solved": MAILING,
    "threads.words": MAILING,
    "welcome.ask": also(CODES, _ADDRESS, _MAILBOX),
    "welcome.ask_invited": also(CODES, _ADDRESS, _MAILBOX),
    "welcome.redeem": also(CODES, _ADDRESS, "http.admission.rate_limits:WRONG_CODES"),
}
"""By endpoint; `tests/http/test_budgets.py` compares it with the routes."""

COSTLY_READS: dict[str, Budget] = {
    "admin_audit.export": BULK,
    "admin_import.left_out": BULK,
    "admin_members.export": BULK,
    "admin_outreach.people_table": BULK,
    "admin_poster.poster": BULK,
    "admin_registrants.as_json": BULK,
    "admin_registrants.as_table": BULK,
    "admin_reports.attest": BULK,
    "admin_reports.mine": COSTLY,
    "feed.read": LINKS,
}
"""Files made when they are asked for: whole lists, a PDF, a calendar. Pages are bounded by their statements."""
BUDGETS |= COSTLY_READS
