"""The worker's periodic tasks, each idempotent."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from flashmeet.bookings.service.answers import complete_over
from flashmeet.bookings.service.end import end_expired
from flashmeet.bookings.service.follow_up import ask_what_came
from flashmeet.bookings.service.quick_publish import ask_for_hours
from flashmeet.bookings.service.series import review_series
from flashmeet.bookings.service.zone_changes import follow_offered_days, follow_zone_data
from flashmeet.calendars.service.questions import end_unanswered
from flashmeet.conduct.service.confirmations import ask_to_confirm, release_unconfirmed
from flashmeet.conduct.service.no_shows import settle_absences
from flashmeet.conduct.service.separation import end_separated_bookings
from flashmeet.core.database.zone_versions import Behind
from flashmeet.core.zones import data_version
from flashmeet.directory.service.bulk import carry_on_bulk
from flashmeet.messages.outbox.periodic_tasks import Left, PeriodicTask, in_steps, reached_by
from flashmeet.messages.outbox.settle import forget_secrets
from flashmeet.messages.service.deliveries import follow_failures
from flashmeet.messages.service.left_replies import purge_left
from flashmeet.outreach.service.sending import send_campaigns
from flashmeet.people.service.joining import forget_unproved
from flashmeet.people.service.terms_notices import tell_of_terms
from flashmeet.privacy.service.erasure import finish_erasures
from flashmeet.privacy.service.retention import keep_periods
from flashmeet.programme.service.proof import prove_some
from flashmeet.programme.service.to_do import send_digests
from flashmeet.requests.service.activation import encourage_some
from flashmeet.requests.service.departures import catch_up
from flashmeet.requests.service.inactivity_check import pause_silent
from flashmeet.requests.service.lifecycle import end_unanswered as end_unanswered_requests
from flashmeet.requests.service.queue import end_queued, lapse_offers, offer_hours
from flashmeet.requests.service.seven_day_promise import keep_promises
from flashmeet.requests.service.times.zone_changes import follow_proposed_times
from flashmeet.requests.service.waves import send_waves
from flashmeet.rooms.service.room import purge_rooms
from flashmeet.schedule.queries.calendars import read_again_by_new_rules
from flashmeet.schedule.service.openings import mentors_due, mentors_of_other_rules, refresh_openings
from flashmeet.schedule.service.past import purge_past
from flashmeet.schedule.service.terms_grace import hide_after_grace, warn_before_hiding
from flashmeet.schedule.service.waitlist import notify_some
from flashmeet.schedule.service.wrong_clock import forget_the_future
from flashmeet.themes.queries import forget_choices


def _extend_horizons(db: Session, now: datetime) -> None:
    for mentor_id in mentors_due(db, now=now):
        refresh_openings(db, mentor_id, now=now)


ZONES = "follow_zone_data"


def _follow_zone_data(db: Session, now: datetime) -> Left | None:
    """Follows an update of the zone data soon after a worker starts with it, some rows at a time.

    Once nothing is behind it looks again only after an hour, for what processes with the older data have written since.
    Rows that another transaction holds are looked for again at the task's next turn.
    """
    run, looked = reached_by(db, ZONES), f"{data_version()} {now:%Y-%m-%dT%H}"
    if run is not None and run.reached == looked:
        return None
    steps = (follow_zone_data, follow_offered_days, follow_proposed_times, read_again_by_new_rules)
    behind = [step(db, now=now) for step in steps]
    mentors = mentors_of_other_rules(db)
    for mentor in mentors.rows:
        refresh_openings(db, mentor.member_id, now=now)
    behind.append(mentors.behind)
    if Behind.SOME in behind:
        return Left.MORE
    if run is not None and Behind.HELD not in behind:
        run.reached = looked
    return None


TASKS = (
    PeriodicTask("end_expired", timedelta(seconds=20), lambda db, now: end_expired(db, now=now)),
    PeriodicTask("forget_secrets", timedelta(seconds=30), lambda db, now: forget_secrets(db, now=now)),
    PeriodicTask("forget_the_future", timedelta(minutes=10), lambda db, now: forget_the_future(db, now=now)),
    PeriodicTask("extend_horizons", timedelta(seconds=60), _extend_horizons),
    PeriodicTask(ZONES, timedelta(seconds=10), _follow_zone_data),
    PeriodicTask("purge_past", timedelta(seconds=60), lambda db, now: purge_past(db, now=now)),
    PeriodicTask("keep_periods", timedelta(hours=1), lambda db, now: keep_periods(db, now=now)),
    PeriodicTask("forget_choices", timedelta(hours=1), lambda db, _: forget_choices(db)),
    PeriodicTask("tell_of_terms", timedelta(seconds=20), lambda db, now: tell_of_terms(db, now=now)),
    PeriodicTask("warn_before_hiding", timedelta(minutes=5), lambda db, now: warn_before_hiding(db, now=now)),
    PeriodicTask("hide_after_grace", timedelta(minutes=5), lambda db, now: hide_after_grace(db, now=now)),
    PeriodicTask("forget_unproved", timedelta(hours=1), lambda db, now: forget_unproved(db, now=now)),
    in_steps("tell_waiting", timedelta(seconds=60), lambda db, now, reached: notify_some(db, reached, now=now)),
    PeriodicTask("follow_failures", timedelta(seconds=60), lambda db, now: follow_failures(db, now=now)),
    PeriodicTask("complete_over", timedelta(seconds=60), lambda db, now: complete_over(db, now=now)),
    PeriodicTask("end_unanswered", timedelta(minutes=1), lambda db, now: end_unanswered(db, now=now)),
    PeriodicTask("end_requests", timedelta(seconds=20), lambda db, now: end_unanswered_requests(db, now=now)),
    PeriodicTask("send_waves", timedelta(seconds=10), lambda db, now: send_waves(db, now=now)),
    PeriodicTask("lapse_offers", timedelta(seconds=20), lambda db, now: lapse_offers(db, now=now)),
    PeriodicTask("offer_hours", timedelta(seconds=30), lambda db, now: offer_hours(db, now=now)),
    PeriodicTask("end_queued", timedelta(hours=1), lambda db, now: end_queued(db, now=now)),
    PeriodicTask("keep_promises", timedelta(minutes=10), lambda db, now: keep_promises(db, now=now)),
    PeriodicTask("pause_silent", timedelta(minutes=10), lambda db, now: pause_silent(db, now=now)),
    PeriodicTask("send_digests", timedelta(minutes=1), lambda db, now: send_digests(db, now=now)),
    in_steps("prove_days", timedelta(minutes=20), lambda db, now, reached: prove_some(db, reached, now=now)),
    PeriodicTask("ask_for_hours", timedelta(minutes=20), lambda db, now: ask_for_hours(db, now=now)),
    PeriodicTask("ask_what_came", timedelta(minutes=30), lambda db, now: ask_what_came(db, now=now)),
    PeriodicTask("look_back", timedelta(minutes=30), lambda db, now: review_series(db, now=now)),
    in_steps("encourage", timedelta(hours=6), lambda db, now, reached: encourage_some(db, reached, now=now)),
    PeriodicTask("carry_on_bulk", timedelta(seconds=5), lambda db, now: carry_on_bulk(db, now=now)),
    PeriodicTask("keep_apart", timedelta(minutes=1), lambda db, now: end_separated_bookings(db, now=now)),
    PeriodicTask("follow_departures", timedelta(minutes=1), lambda db, now: catch_up(db, now=now)),
    PeriodicTask("finish_erasures", timedelta(seconds=20), lambda db, now: finish_erasures(db, now=now)),
    PeriodicTask("settle_absences", timedelta(minutes=1), lambda db, now: settle_absences(db, now=now)),
    PeriodicTask("ask_to_confirm", timedelta(minutes=1), lambda db, now: ask_to_confirm(db, now=now)),
    PeriodicTask("release_unconfirmed", timedelta(minutes=1), lambda db, now: release_unconfirmed(db, now=now)),
    PeriodicTask("send_campaigns", timedelta(seconds=30), lambda db, now: send_campaigns(db, now=now)),
    PeriodicTask("purge_replies", timedelta(hours=1), lambda db, now: purge_left(db, now=now)),
    PeriodicTask("purge_rooms", timedelta(minutes=10), lambda db, now: purge_rooms(db, now=now)),
)
