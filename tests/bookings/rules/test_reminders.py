"""Reminders come at the right moment: acceptance C1 and C2."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flashmeet.bookings.rules.messages import REMINDERS, ReminderKind
from flashmeet.bookings.rules.reminders import Reminder, reminders
from flashmeet.core.zones import instant, local_date, local_time
from flashmeet.messages.rules.channels import ChannelName
from flashmeet.messages.rules.kinds import Category
from flashmeet.messages.rules.quiet_hours import Quiet
from flashmeet.schedule.rules.booked_hour import SeatRole

PARIS = "Europe/Paris"
QUIET = Quiet()


def paris(day: int, clock: str, *, month: int = 12) -> datetime:
    hours, minutes = map(int, clock.split(":"))
    return instant(date(2026, month, day), hours * 60 + minutes, PARIS)


def plan(role: SeatRole, starts_at: datetime, agreed_at: datetime, *, sms: bool = True, tzid: str = PARIS) -> set[str]:
    """`mail Sun 06 18:00`, on the recipient's wall."""
    found = reminders(role=role, starts_at=starts_at, agreed_at=agreed_at, tzid=tzid, sms=sms, quiet=QUIET)
    return {f"{each.channel} {local_time(each.due_at, tzid).at:%a %d %H:%M}" for each in found}


BOOKED = datetime(2026, 12, 1, 9, tzinfo=UTC)
EVENING = paris(9, "18:00")


def test_a_mentee_is_reminded_three_days_one_day_and_one_hour_before() -> None:
    assert plan(SeatRole.MENTEE, EVENING, BOOKED) == {
        "mail Sun 06 18:00",
        "mail Tue 08 18:00",
        "mail Wed 09 17:00",
        "sms Tue 08 18:00",
        "sms Wed 09 17:00",
    }


def test_a_mentor_is_reminded_one_day_and_one_hour_before() -> None:
    assert plan(SeatRole.MENTOR, EVENING, BOOKED) == {
        "mail Tue 08 18:00",
        "mail Wed 09 17:00",
        "sms Tue 08 18:00",
        "sms Wed 09 17:00",
    }


def test_who_takes_no_sms_gets_none() -> None:
    assert plan(SeatRole.MENTEE, EVENING, BOOKED, sms=False) == {
        "mail Sun 06 18:00",
        "mail Tue 08 18:00",
        "mail Wed 09 17:00",
    }


def test_five_hours_ahead_only_the_hours_reminder_is_left() -> None:
    assert plan(SeatRole.MENTEE, EVENING, EVENING - timedelta(hours=5)) == {"mail Wed 09 17:00", "sms Wed 09 17:00"}


@pytest.mark.parametrize(("ahead", "left"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_what_would_come_within_a_day_of_the_booking_is_left_out(ahead: timedelta, left: bool) -> None:
    agreed_at = paris(7, "18:00") + ahead
    assert ("mail Tue 08 18:00" in plan(SeatRole.MENTOR, EVENING, agreed_at)) is left


def test_less_than_an_hour_ahead_there_is_nothing_to_remind_of() -> None:
    assert plan(SeatRole.MENTEE, EVENING, EVENING - timedelta(minutes=60)) == set()


def test_an_sms_keeps_out_of_the_quiet_hours_and_one_a_day_is_enough() -> None:
    starts_at = paris(10, "07:30")
    assert plan(SeatRole.MENTEE, starts_at, BOOKED) == {
        "mail Mon 07 07:30",
        "mail Wed 09 07:30",
        "mail Thu 10 06:30",
        "sms Wed 09 19:45",
    }


@pytest.mark.parametrize(("agreed", "texts"), [("19:44", {"sms Wed 09 19:45"}), ("19:45", set())])
def test_an_sms_that_should_have_left_by_the_time_of_the_agreement_never_leaves(agreed: str, texts: set[str]) -> None:
    planned = plan(SeatRole.MENTEE, paris(10, "07:30"), paris(9, agreed))
    assert {each for each in planned if each.startswith("sms")} == texts


def test_an_sms_waits_for_the_end_of_the_quiet_hours_where_that_is_before_the_session() -> None:
    assert "sms Thu 10 08:00" in plan(SeatRole.MENTEE, paris(10, "08:30"), BOOKED)
    assert "sms Wed 09 19:45" in plan(SeatRole.MENTEE, paris(10, "08:00"), BOOKED)


def test_the_quiet_hours_hold_their_first_minute_and_not_their_last() -> None:
    assert "sms Wed 09 20:00" not in plan(SeatRole.MENTEE, paris(10, "20:00"), BOOKED)
    assert "sms Thu 10 08:00" in plan(SeatRole.MENTEE, paris(10, "09:00"), BOOKED)


def test_an_sms_that_would_have_had_to_leave_before_the_booking_is_left_out() -> None:
    assert plan(SeatRole.MENTEE, paris(10, "07:30"), paris(9, "21:00")) == {"mail Thu 10 06:30"}


def test_days_are_wall_days_and_the_hour_is_elapsed() -> None:
    """The clocks go forward on 28 March 2027: the day before has the same wall time, 23 hours earlier."""
    starts_at = instant(date(2027, 3, 28), 12 * 60, PARIS)
    found = reminders(
        role=SeatRole.MENTOR,
        starts_at=starts_at,
        agreed_at=starts_at - timedelta(days=9),
        tzid=PARIS,
        sms=False,
        quiet=QUIET,
    )
    assert [each.due_at for each in found] == [starts_at - timedelta(hours=23), starts_at - timedelta(hours=1)]


def test_the_recipients_zone_decides_which_day_it_is() -> None:
    starts_at = paris(10, "07:30")  # 22:30 on the 9th in Los Angeles
    assert "sms Wed 09 19:45" in plan(SeatRole.MENTEE, starts_at, BOOKED, tzid="America/Los_Angeles")


def test_every_reminder_can_be_switched_off_as_a_reminder() -> None:
    assert {each.category for each in REMINDERS} == {Category.REMINDERS}


def test_the_names_that_rows_in_the_outbox_keep_stand() -> None:
    assert {"reminder_three_days", "reminder_day", "reminder_hour"} <= set(REMINDERS)


def test_a_reminder_comes_whole_days_before_or_less_than_one() -> None:
    with pytest.raises(ValueError, match="whole days"):
        ReminderKind("reminder_odd", label="Odd", before=timedelta(hours=36), to_mentee=(ChannelName.MAIL,))


def test_no_two_reminders_come_at_once() -> None:
    assert len({each.before for each in REMINDERS}) == len(REMINDERS)


instants = st.integers(0, 100 * 24 * 60).map(
    lambda minutes: datetime(2027, 2, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
zones = st.sampled_from([PARIS, "America/New_York", "Pacific/Auckland", "Asia/Kolkata", "Indian/Reunion"])


@given(instants, st.timedeltas(timedelta(0), timedelta(days=40)), zones, st.sampled_from(["mentor", "mentee"]))
def test_nothing_comes_before_the_booking_after_the_start_or_at_night(
    starts_at: datetime, ahead: timedelta, tzid: str, role: SeatRole
) -> None:
    agreed_at = starts_at - ahead
    found = reminders(role=role, starts_at=starts_at, agreed_at=agreed_at, tzid=tzid, sms=True, quiet=QUIET)
    assert all(agreed_at < each.due_at < each.until <= starts_at for each in found)
    texts = [each for each in found if each.channel == "sms"]
    assert all(8 <= local_time(each.due_at, tzid).at.hour < 20 for each in texts)
    assert len({local_date(each.due_at, tzid) for each in texts}) == len(texts)
    assert len(set(found)) == len({(each.kind, each.channel) for each in found})


@given(instants, zones)
def test_with_no_quiet_hours_an_sms_comes_with_its_mail(starts_at: datetime, tzid: str) -> None:
    found = reminders(
        role=SeatRole.MENTOR,
        starts_at=starts_at,
        agreed_at=starts_at - timedelta(days=9),
        tzid=tzid,
        sms=True,
        quiet=Quiet(480, 480),
    )
    mails = {(each.kind, each.due_at) for each in found if each.channel == "mail"}
    texts = {(each.kind, each.due_at) for each in found if each.channel == "sms"}
    assert texts <= mails
    assert Reminder(starts_at - timedelta(hours=1), ChannelName.SMS, REMINDERS[-1], starts_at) in found
