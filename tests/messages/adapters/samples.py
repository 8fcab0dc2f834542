"""One message of every kind, as the outbox would hand it over."""

from __future__ import annotations

from typing import Any

from flashmeet.bookings.rules.messages import REMINDERS
from flashmeet.core.links import Links
from flashmeet.messages.rendering.renderer import Renderer
from flashmeet.messages.rules.channels import Outgoing
from flashmeet.programme.rules.to_do import Thing, ToDoKey

LINKS = Links("https://meet.example.org", "a-secret-that-is-long-enough-for-tests")
MAIL_FROM = "rendez-vous@example.org"
NETWORK = "Réseau des anciens"


def renderer(links: Links = LINKS) -> Renderer:
    return Renderer(links, MAIL_FROM, NETWORK)


def session_payload(**more: Any) -> dict[str, Any]:
    """Camille, in New York, is told about her hour with Karim, in Paris, on a summer day."""
    return {
        "action": "",
        "booking_id": 7,
        "uid": "c0ffee@meet.example.org",
        "sequence": 0,
        "stamped_at": "2026-12-01T09:00:00+00:00",
        "starts_at": "2027-07-01T16:00:00+00:00",
        "ends_at": "2027-07-01T17:00:00+00:00",
        "role": "mentee",
        "other_name": "Karim Benali",
        "other_tzid": "Europe/Paris",
        "theme": {"fr": "Droit", "en": "Law"},
        "regulated": False,
        "mode": "video",
        "need": "Relire les statuts de ma start-up avant le dépôt.\nNous sommes deux associés.",
        "good_hour": "Savoir quelles clauses changer.",
        "seat_id": 12,
        "seat_nonce": "nonce",
        **more,
    }


def outgoing(kind: str, payload: dict[str, Any] | None = None, **more: Any) -> Outgoing:
    payload = session_payload() if payload is None else payload
    given = {
        "id": 1,
        "channel": "mail",
        "address": "camille@example.org",
        "recipient_id": 7,
        "name": "Camille Exemple",
        "locale": "en",
        "tzid": "Europe/Paris" if payload.get("role") == "mentor" else "America/New_York",
        "message_key": "0123456789abcdef0123456789abcdef",
        **more,
    }
    return Outgoing(kind=kind, payload=payload, **given)


def invite(action: str = "booked", sequence: int = 0, **more: Any) -> Outgoing:
    """A session mail with its invite; what is not of the payload is of the row."""
    row = {name: more.pop(name) for name in ("id", "address", "name", "locale", "tzid", "message_key") if name in more}
    return outgoing("invite", session_payload(action=action, sequence=sequence, **more), **row)


def request_payload(**more: Any) -> dict[str, Any]:
    """Camille's request as one of its people is told about it."""
    return {
        "request_id": 5,
        "mentee_id": 7,
        "theme": {"fr": "Droit", "en": "Law"},
        "slug": "droit",
        "regulated": False,
        "other_name": "Karim Benali",
        "other_tzid": "Europe/Paris",
        "need": "Relire les statuts de ma start-up avant le dépôt.",
        "good_hour": "Savoir quelles clauses changer.",
        "minutes": 60,
        "mode": "video",
        "any_time": False,
        "times": [],
        **more,
    }


DAY = {
    "mode": "on_site",
    "place": "Palais de justice, Lyon",
    "format": "day",
    "starts_at": "2027-07-01T07:00:00+00:00",
    "ends_at": "2027-07-01T15:00:00+00:00",
    "day": {
        "days": 1,
        "first": ["2027-07-01T07:00:00+00:00", "2027-07-01T15:00:00+00:00"],
        "breaks": [["2027-07-01T10:30:00+00:00", "2027-07-01T11:30:00+00:00"]],
        "programme": "Matin : audience.\nAprès-midi : vos statuts.",
    },
}
SOLVED = {"reason": "Article 12, et rien d’autre.", "solved": True, "mentor_id": 8, "slug": "droit"}


def invited_payload(**more: Any) -> dict[str, Any]:
    return {
        "campaign_id": 3,
        "writes": 0,
        "role": "mentee",
        "opening": "plain",
        "note": {"fr": "Venez nombreux.", "en": "Do come."},
        "by_id": 5,
        "by_name": "Odile Roux",
        "themes": [{"fr": "Droit", "en": "Law"}],
        **more,
    }


def year_payload(**more: Any) -> dict[str, Any]:
    return {"campaign_id": 3, "person_id": 9, "member_id": 7, "by_id": 5, "by_name": "Odile Roux", **more}


def nudge_payload(**more: Any) -> dict[str, Any]:
    """A word from Odile."""
    return {
        "nudge_id": 4,
        "nonce": "n",
        "about": "hours",
        "by_name": "Odile Marchand",
        "note": "Nous cherchons surtout des soirs.\nMerci de votre temps.",
        **more,
    }


TERMS = {
    "terms_version": 2,
    "in_force_at": "2027-02-28T23:00:00+00:00",
    "changes": {"fr": "Une heure s’annule la veille.", "en": "An hour is cancelled the day before."},
}
WAITED = {"why": "answers", "declined": 0, "silent": 0, "promised": True}
THINGS = [
    Thing(ToDoKey.WAITING, 2, "/admin/members?only=waiting").told(),
    Thing(ToDoKey.THEME, 14, "/admin/themes/3#help", {"fr": "Droit", "en": "Law"}, 2.33).told(),
]
MENTOR = {"role": "mentor", "other_name": "Camille Exemple", "other_tzid": "America/New_York"}
BEFORE = {"previous_starts_at": "2027-06-30T16:00:00+00:00"}
CODE = {"code": "042917", "minutes": 10}

DUE = "2027-06-20T10:00:00+00:00"
TIMES = ["2027-07-01T16:00:00+00:00", "2027-07-02T16:30:00+00:00"]
QUESTION = {"ask_id": 4, "note": "SAS ou SARL ?", "due_at": "2027-06-20T10:00:00+00:00"}
ASK = {"ask_id": 3, "ask_nonce": "n", "times": TIMES, "due_at": DUE, "wave": False, "other_name": "Camille Exemple"}
SERIES = {
    "series_id": 2,
    "series_nonce": "n",
    "member_id": 7,
    "other_name": "Karim Benali",
    "theme": {"fr": "Droit", "en": "Law"},
    "slug": "droit",
    "goals": "Déposer les statuts, puis trouver un associé.",
    "rhythm_weeks": 2,
    "ends_on": "2027-07-30",
}
TOLD = [
    {"id": 8, "name": "Nadia Exemple", "soonest": "2027-06-24T16:00:00+00:00"},
    {"id": 9, "name": "Hervé Exemple"},
]

GONE = {"question_id": 6, "question_nonce": "n", "proposed_at": "", "by_mail": False}
AMISS = {
    "account_id": 1,
    "label": "Agenda pro",
    "fault": "",
    "closed": True,
    "kept": True,
    "titles": [],
    "gone": False,
    "kind": "caldav",
    "vendor": "",
    "mentor": True,
}
MOVED_TO = {**GONE, "proposed_at": "2027-07-02T16:00:00+00:00"}

EVERY: dict[str, tuple[str, dict[str, Any]]] = {
    "code": ("sign_in_code", CODE),
    "booked, mentee": ("invite", session_payload(action="booked", by_me=True, by_name="Camille Exemple")),
    "booked, mentor": ("invite", session_payload(action="booked", by_me=False, by_name="Camille Exemple", **MENTOR)),
    "booked, regulated": ("invite", session_payload(action="booked", by_me=True, regulated=True)),
    "booked, phone": ("invite", session_payload(action="booked", by_me=True, mode="phone")),
    "moved by me": ("invite", session_payload(action="moved", sequence=1, by_me=True, **BEFORE)),
    "moved by the other": (
        "invite",
        session_payload(action="moved", sequence=1, by_me=False, by_name="Karim Benali", **BEFORE),
    ),
    "cancelled by me": ("invite", session_payload(action="cancelled", sequence=2, by_me=True, reason="")),
    "cancelled by the other": (
        "invite",
        session_payload(action="cancelled", sequence=2, by_me=False, by_name="Karim Benali", reason="Train supprimé."),
    ),
    "request": ("request", session_payload(answer_due_at="2027-06-20T10:00:00+00:00", **MENTOR)),
    "pending": ("pending", session_payload(answer_due_at="2027-06-20T10:00:00+00:00")),
    "declined": ("not_taken", session_payload(action="declined")),
    "expired": ("not_taken", session_payload(action="expired", people=TOLD, slug="droit")),
    "expired, question": ("not_taken", session_payload(action="expired", reason="SAS ?", people=TOLD, slug="droit")),
    "withdrawn": ("not_taken", session_payload(action="cancelled", by_name="Camille Exemple", **MENTOR)),
    "reminder": ("reminder_hour", session_payload()),
    **{str(kind): (str(kind), session_payload()) for kind in REMINDERS},
    "leave": ("leave_question", session_payload(**MENTOR)),
    "closed hour": ("closed_hour_question", session_payload(**MENTOR)),
    "on site": ("invite", session_payload(action="booked", by_me=True, mode="on_site", place="Café des Arts")),
    "changed": ("invite", session_payload(action="changed", by_me=True, mode="phone", other_phone="+33639980000")),
    "theme open": ("theme_open", {"theme": {"fr": "Droit", "en": "Law"}, "slug": "droit"}),
    "mentor wanted": (
        "mentor_wanted",
        {"theme": {"fr": "Droit", "en": "Law"}, "slug": "droit", "theme_id": 3, "by_name": "Odile"},
    ),
    "late": ("late", session_payload(late_minutes=10)),
    "late, phone": ("late", session_payload(late_minutes=5, mode="phone", **MENTOR)),
    "room instead": ("room_instead", session_payload()),
    "after, mentee": ("did_it_happen", session_payload()),
    "after, mentor": ("did_it_happen", session_payload(**MENTOR)),
    "asked": ("asked", request_payload(**ASK)),
    "asked, any time": ("asked", request_payload(**{**ASK, "times": [], "any_time": True})),
    "asked in a wave": ("asked", request_payload(**{**ASK, "wave": True, "regulated": True})),
    "asked again": ("asked_again", request_payload(**ASK)),
    "asked again for a day": ("asked_again", request_payload(**{**ASK, "format": "day"})),
    "request withdrawn": ("request_withdrawn", request_payload()),
    "times proposed": ("times_proposed", request_payload(times=TIMES, note="Le soir me va mieux.", due_at=DUE)),
    "question before an answer": ("question_asked", request_payload(**QUESTION)),
    "question again": ("question_again", request_payload(**QUESTION)),
    "question answered": (
        "question_answered",
        request_payload(**{**ASK, "question": "SAS ou SARL ?", "note": "SAS, à deux."}),
    ),
    "request expired, question": (
        "request_ended",
        request_payload(action="expired", note="SAS ou SARL ?", people=TOLD),
    ),
    "request solved": ("request_ended", request_payload(action="solved", note="Article 12, et rien d’autre.")),
    "request declined": ("request_ended", request_payload(action="declined", colleagues=TOLD[1:], people=TOLD[:1])),
    "request expired": ("request_ended", request_payload(action="expired", people=TOLD)),
    "request untaken": ("request_ended", request_payload(action="untaken", other_name="")),
    "request of a closed theme": ("request_ended", request_payload(action="theme_closed", other_name="")),
    "request queued": ("request_queued", request_payload(asked=6, other_name="")),
    "request queued, nobody": ("request_queued", request_payload(asked=0, other_name="")),
    "hour offered": (
        "hour_offered",
        request_payload(offer_id=4, offer_nonce="n", times=TIMES[:1], due_at=DUE, kept=True),
    ),
    "hour for all": ("hour_offered", request_payload(offer_id=4, offer_nonce="n", times=TIMES[:1], due_at=DUE)),
    "week passed": (
        "week_passed",
        request_payload(action="queued", asked=3, people=TOLD, other_name="", **{**WAITED, "declined": 2, "silent": 1}),
    ),
    "week passed, nobody": (
        "week_passed",
        request_payload(action="open", asked=0, other_name="", **{**WAITED, "why": "language", "promised": False}),
    ),
    "week passed, proposed": (
        "week_passed",
        request_payload(action="proposed", asked=1, **{**WAITED, "why": "choice"}),
    ),
    "still with us": ("still_with_us", {"still_id": 1, "still_nonce": "n", "due_at": DUE, "paused": False}),
    "resting": ("still_with_us", {"still_id": 1, "still_nonce": "n", "due_at": DUE, "paused": True}),
    "terms": ("terms_announced", TERMS),
    "first terms": ("terms_announced", {**TERMS, "terms_version": 1, "changes": {}}),
    "terms withdrawn": ("terms_withdrawn", TERMS),
    "hours about to be hidden": ("terms_hiding", {**TERMS, "hides_at": "2027-03-14T23:00:00+00:00"}),
    "approved as a mentor": ("mentor_decided", {"action": "approved"}),
    "no mentor any more": ("mentor_decided", {"action": "ended"}),
    "hours paused": ("mentor_decided", {"action": "held"}),
    "leads themes": (
        "office_changed",
        {
            "action": "themes",
            "led": [
                {"theme": {"fr": "Droit", "en": "Law"}, "slug": "droit"},
                {"theme": {"fr": "Finance", "en": "Finance"}, "slug": "finance"},
            ],
            "by_id": 9,
            "by_name": "Odile",
        },
    ),
    "decides cases": ("office_changed", {"action": "cases", "led": [], "by_id": 9, "by_name": "Odile"}),
    "reads along": ("office_changed", {"action": "reader", "led": [], "by_id": 9, "by_name": "Odile"}),
    "part ended": ("office_changed", {"action": "none", "led": [], "by_id": 9, "by_name": "Odile"}),
    "theme closed": (
        "theme_closed",
        {"theme": {"fr": "Droit", "en": "Law"}, "slug": "droit", "by_id": 9, "by_name": "Odile"},
    ),
    "policy applied": (
        "policy_applied",
        {"key": "policy.horizon_days", "value": 10, "by_id": 9, "by_name": "Odile"},
    ),
    "announced": (
        "announced",
        {
            "campaign_id": 3,
            "titles": {"fr": "La soirée du 12", "en": "The evening of the 12th"},
            "text": {"fr": "Venez.\nhttps://alumni.example/soiree", "en": "Do come.\nhttps://alumni.example/evening"},
            "by_id": 5,
            "by_name": "Odile Roux",
        },
    ),
    "another year": ("year_asked", year_payload(about="renewal")),
    "graduated": ("year_asked", year_payload(about="graduates")),
    "archived": ("archived_notice", year_payload(about="archive")),
    "invited, mentor": ("invited", invited_payload(role="mentor", opening="school")),
    "invited, mentee": ("invited", invited_payload()),
    "invited, reminder": ("invited", invited_payload(writes=1, opening="return", themes=[], note={})),
    "invited, at the start": ("invited", invited_payload(opening="start")),
    "nudge, hours": ("nudge", nudge_payload()),
    "nudge, requests": ("nudge", nudge_payload(about="requests")),
    "nudge, profile": ("nudge", nudge_payload(about="profile")),
    "nudge, welcome": ("nudge", nudge_payload(about="welcome")),
    "nudge, theme": ("nudge", nudge_payload(about="theme", theme={"fr": "Droit", "en": "Law"}, slug="droit")),
    "pause offered": ("pause_offer", nudge_payload()),
    "digest": ("digest", {"things": THINGS, "leaving": 12}),
    "digest, nothing": ("digest", {"things": []}),
    "what came": ("what_came", session_payload(days=30)),
    "came of it": ("came_of_it", session_payload(days=90, **MENTOR)),
    "series proposed": ("series_proposed", SERIES),
    "series opened": ("series_answered", {**SERIES, "accepted": True}),
    "series declined": ("series_answered", {**SERIES, "accepted": False}),
    "series review": ("series_review", SERIES),
    "series ended": ("series_ended", SERIES),
    "two hours": ("two_hours", {"member_id": 8, "month": "2027-07", "times": TIMES}),
    "encouragement": ("encouragement", {"theme": {"fr": "Droit", "en": "Law"}, "slug": "droit", "people": TOLD}),
    "solved, mentee": ("invite", session_payload(action="cancelled", sequence=1, by_name="Karim Benali", **SOLVED)),
    "solved, mentor": ("invite", session_payload(action="cancelled", sequence=1, by_me=True, **SOLVED, **MENTOR)),
    "day booked": ("invite", session_payload(action="booked", **DAY)),
    "day cancelled": ("invite", session_payload(action="cancelled", sequence=1, by_name="Karim Benali", **DAY)),
    "day changed": ("invite", session_payload(action="changed", sequence=1, by_me=True, **DAY)),
    "day requested": ("request", session_payload(answer_due_at=DUE, **DAY, **MENTOR)),
    "day pending": ("pending", session_payload(answer_due_at=DUE, **DAY)),
    "day declined": ("not_taken", session_payload(action="declined", **DAY)),
    "day expired": ("not_taken", session_payload(action="expired", **DAY)),
    "day reminder": ("reminder_day", session_payload(**DAY)),
    "thread": ("thread", session_payload(reason="À demain.\n\nJ’apporte le projet de statuts.")),
    "thread, cancelled": ("thread", session_payload(action="cancelled", reason="Merci.", **MENTOR)),
    "read first": ("read_first", session_payload(reason="Les statuts types, article 12.")),
    "absence said": (
        "absence_said",
        session_payload(absence_id=2, absence_nonce="n", until="2027-07-04T16:10:00+00:00", seen=False),
    ),
    "absence said, and seen": (
        "absence_said",
        session_payload(absence_id=2, absence_nonce="n", until="2027-07-04T16:10:00+00:00", seen=True, **MENTOR),
    ),
    "absence stands": ("absence_settled", session_payload(action="standing", about_me=True)),
    "absence stands, the other": ("absence_settled", session_payload(action="standing", about_me=False, **MENTOR)),
    "absence dropped": ("absence_settled", session_payload(action="dropped", about_me=True)),
    "absence taken back": ("absence_settled", session_payload(action="withdrawn", about_me=True)),
    "mentor absent": ("mentor_absent", session_payload(slug="droit", people=TOLD)),
    "mentor absent, nobody else": ("mentor_absent", session_payload(slug="droit", people=[])),
    "confirm": ("confirm_hour", session_payload(until="2027-07-01T04:00:00+00:00")),
    "released": ("hour_released", session_payload(slug="droit")),
    "bookings rest": ("bookings_rest", {"first_name": "Camille", "over": False}),
    "bookings go on": ("bookings_rest", {"first_name": "Camille", "over": True}),
    "report received": ("report_received", {"ended": 2}),
    "report received, nothing ahead": ("report_received", {"ended": 0}),
    "report closed": ("report_closed", {"apart": True}),
    "report closed, may meet": ("report_closed", {"apart": False}),
    "case opened": ("case_opened", {"case_id": 3}),
    "a word": ("network_word", {"text": "Bonjour,\n\nMerci de rester au sujet de l’heure."}),
    "cancelled by nobody": ("invite", session_payload(action="cancelled", sequence=1, by_me=False, by_name="")),
    "declined by a calendar": ("decline_question", session_payload(**MENTOR)),
    "delegated": ("not_delegable", session_payload(**MENTOR)),
    "code for an address": ("address_code", {**CODE, "to": "camille@new.example"}),
    "copy made": ("copy_made", {"days": 7}),
    "code to be erased": ("erasure_code", CODE),
    "erased": ("erased", {}),
    "address wanted": ("address_wanted", {}),
    "address left": ("address_left", {"to": "old@example.org", "change_id": 3, "change_nonce": "n", "days": 7}),
    "address left for another": (
        "address_left",
        {"to": "old@example.org", "change_id": 0, "change_nonce": "", "days": 7},
    ),
    "address new": ("address_new", {}),
    "proof code": ("proof_code", CODE),
    "app added": ("factor_added", {"factor": "app", "label": "", "at": "2026-12-01T09:00:00+00:00"}),
    "passkey added": ("factor_added", {"factor": "passkey", "label": "Téléphone", "at": "2026-12-01T09:00:00+00:00"}),
    "app removed": ("factor_removed", {"factor": "app", "label": "", "at": "2026-12-01T09:00:00+00:00"}),
    "passkey removed": ("factor_removed", {"factor": "passkey", "label": "Clé", "at": "2026-12-01T09:00:00+00:00"}),
    "recovery code used": ("recovery_code_used", {"left": 9, "at": "2026-12-01T09:00:00+00:00"}),
    "factors reset": ("factors_reset", {"at": "2026-12-01T09:00:00+00:00"}),
    "readdressed by me": ("invite", session_payload(action="readdressed", sequence=2, by_me=True)),
    "readdressed by the other": (
        "invite",
        session_payload(action="readdressed", sequence=2, by_me=False, by_name="Karim Benali"),
    ),
    "new clock rules": ("invite", session_payload(action="rederived", sequence=1, by_me=False, by_name="", **BEFORE)),
    "clocks changed": ("clocks_changed", session_payload(**MENTOR)),
    "clocks changed for a day": ("clocks_changed", session_payload(**DAY)),
    "day readdressed": ("invite", session_payload(action="readdressed", sequence=2, by_me=True, **DAY)),
    "withdrawn from a mailbox": (
        "invite_withdrawn",
        session_payload(action="cancelled", sequence=1, need="", good_hour="", to="old@example.org"),
    ),
    "joined": ("joined", {"first_name": "Camille"}),
    "calendar closed": ("calendar_trouble", {**AMISS, "fault": "reconnect"}),
    "calendar unread": ("calendar_trouble", {**AMISS, "fault": "unreachable", "closed": False}),
    "calendar perhaps empty": ("calendar_trouble", {**AMISS, "fault": "nothing_there"}),
    "timetable expired": ("calendar_trouble", {**AMISS, "fault": "missing", "vendor": "ade", "mentor": False}),
    "calendar with all that may be": (
        "calendar_trouble",
        {**AMISS, "fault": "missing", "titles": ["Zahnarzt"], "gone": True},
    ),
    "events unread": ("calendar_trouble", {**AMISS, "titles": ["", "Conseil d’administration"]}),
    "many gone": ("calendar_trouble", {**AMISS, "gone": True}),
    "many gone, the other's": (
        "calendar_many_gone",
        {"account_id": 1, "label": "Agenda pro", "count": 9, "name": "Karim Benali"},
    ),
    "deleted in a calendar": ("calendar_gone", session_payload(**GONE, **MENTOR)),
    "moved in a calendar": ("calendar_moved", session_payload(**MOVED_TO)),
    "stays where it was": ("calendar_stays", session_payload(**MOVED_TO, **MENTOR)),
    "stays though a calendar asked": ("calendar_stays", session_payload(**{**MOVED_TO, "by_mail": True}, **MENTOR)),
    "a time that cannot be had": ("counter_failed", session_payload(proposed_at="2027-07-02T16:00:00+00:00")),
    "a time that was not understood": ("counter_failed", session_payload(proposed_at="")),
    **{kind: (kind, session_payload()) for kind in REMINDERS},
}
"""By mail."""

BY_SMS: dict[str, tuple[str, dict[str, Any]]] = {
    "code for a number": ("phone_code", {**CODE, "to": "+33612345678"}),
    "coming": ("sms_reply", session_payload(answer="come")),
    "moving": ("sms_reply", session_payload(answer="move")),
    "cancelling": ("sms_reply", session_payload(answer="cancel")),
    "not agreed": ("sms_reply", session_payload(answer="waits")),
    "begun": ("sms_reply", session_payload(answer="begun")),
    "asked, soon": EVERY["request"],
    "in words": ("sms_reply", session_payload(answer="passed_on")),
    "in words that nobody is shown": ("sms_reply", session_payload(answer="not_passed_on")),
    "late": EVERY["late"],
    "late, phone": EVERY["late, phone"],
    "day reminder": EVERY["day reminder"],
    **{kind: (kind, session_payload()) for kind in REMINDERS},
}
