"""What a worker does every so often; doing it twice does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.service.answers import complete_over
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.follow_up import ask_what_came
from flashmeet.bookings.service.quick_publish import ask_for_hours
from flashmeet.bookings.service.series import look_back
from flashmeet.calendars.service.questions import end_unanswered
from flashmeet.conduct.service.confirmations import ask_to_confirm, release_unconfirmed
from flashmeet.conduct.service.no_shows import settle_absences
from flashmeet.conduct.service.separation import keep_apart
from flashmeet.messages.outbox.periodic_tasks import Duty
from flashmeet.messages.outbox.settle import forget_secrets
from flashmeet.messages.service.deliveries import follow_failures
from flashmeet.people.service.joining import forget_unproved
from flashmeet.programme.service.retention import purge_past
from flashmeet.programme.service.to_do import send_digests
from flashmeet.requests.service.activation import encourage
from flashmeet.requests.service.inactivity_check import pause_silent
from flashmeet.requests.service.lifecycle import end_unanswered as end_unanswered_requests
from flashmeet.requests.service.lifecycle import keep_promises
from flashmeet.requests.service.queue import end_queued, lapse_offers, offer_hours
from flashmeet.requests.service.waves import send_waves
from flashmeet.rooms.service.room import purge_rooms
from flashmeet.schedule.service.openings import mentors_due, refresh_openings
from flashmeet.schedule.service.terms_grace import hide_after_grace
from flashmeet.schedule.service.waitlist import tell_waiting


def _extend_horizons(session: Session, now: datetime) -> None:
    for mentor_id in mentors_due(session, now=now):
        refresh_openings(session, mentor_id, now=now)


DUTIES = (
    Duty("end_expired", timedelta(seconds=20), lambda session, now: end_expired(session, now=now)),
    Duty("forget_secrets", timedelta(seconds=30), lambda session, now: forget_secrets(session, now=now)),
    Duty("extend_horizons", timedelta(seconds=60), _extend_horizons),
    Duty("purge_past", timedelta(seconds=60), lambda session, now: purge_past(session, now=now)),
    Duty("hide_after_grace", timedelta(minutes=5), lambda session, now: hide_after_grace(session, now=now)),
    Duty("forget_unproved", timedelta(hours=1), lambda session, now: forget_unproved(session, now=now)),
    Duty("tell_waiting", timedelta(seconds=60), lambda session, now: tell_waiting(session, now=now)),
    Duty("follow_failures", timedelta(seconds=60), lambda session, now: follow_failures(session, now=now)),
    Duty("complete_over", timedelta(seconds=60), lambda session, now: complete_over(session, now=now)),
    Duty("end_unanswered", timedelta(minutes=1), lambda session, now: end_unanswered(session, now=now)),
    Duty("end_requests", timedelta(seconds=20), lambda session, now: end_unanswered_requests(session, now=now)),
    Duty("send_waves", timedelta(seconds=10), lambda session, now: send_waves(session, now=now)),
    Duty("lapse_offers", timedelta(seconds=20), lambda session, now: lapse_offers(session, now=now)),
    Duty("offer_hours", timedelta(seconds=30), lambda session, now: offer_hours(session, now=now)),
    Duty("end_queued", timedelta(hours=1), lambda session, now: end_queued(session, now=now)),
    Duty("keep_promises", timedelta(minutes=10), lambda session, now: keep_promises(session, now=now)),
    Duty("pause_silent", timedelta(minutes=10), lambda session, now: pause_silent(session, now=now)),
    Duty("send_digests", timedelta(minutes=1), lambda session, now: send_digests(session, now=now)),
    Duty("ask_for_hours", timedelta(minutes=20), lambda session, now: ask_for_hours(session, now=now)),
    Duty("ask_what_came", timedelta(minutes=30), lambda session, now: ask_what_came(session, now=now)),
    Duty("look_back", timedelta(minutes=30), lambda session, now: look_back(session, now=now)),
    Duty("encourage", timedelta(hours=6), lambda session, now: encourage(session, now=now)),
    Duty("keep_apart", timedelta(minutes=1), lambda session, now: keep_apart(session, now=now)),
    Duty("settle_absences", timedelta(minutes=1), lambda session, now: settle_absences(session, now=now)),
    Duty("ask_to_confirm", timedelta(minutes=1), lambda session, now: ask_to_confirm(session, now=now)),
    Duty("release_unconfirmed", timedelta(minutes=1), lambda session, now: release_unconfirmed(session, now=now)),
    Duty("purge_rooms", timedelta(minutes=10), lambda session, now: purge_rooms(session, now=now)),
)
