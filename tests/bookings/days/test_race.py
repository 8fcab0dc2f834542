"""One day, and everybody wants it at once: the first to ask holds it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.models.day import DayOffer
from flashmeet.bookings.service.days.asking import DayBrief, ask_for_day
from flashmeet.bookings.service.days.offering import offer_day, withdraw_day
from flashmeet.core.database.session import Database
from flashmeet.core.errors import DayAsked, DayGone, Refusal
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.schedule.models import Claim
from tests.bookings.days.conftest import said
from tests.people import NOW, member, mentor

LINKS = Links("http://localhost", "s" * 40)
MANY = 8


def test_of_many_who_ask_at_once_one_has_it_and_the_mentor_cannot_withdraw_it_any_more(database: Database) -> None:
    with database.writing() as db:
        karim = mentor(db, "Karim", mentee=False).id
        day = offer_day(db, db.get_one(Member, karim), said(), now=NOW).id
        people = [member(db, f"Bob{number}").id for number in range(MANY)]

    def ask(who: int) -> str:
        try:
            with database.writing() as db:
                brief = DayBrief(need="Voir une audience")
                ask_for_day(db, db.get_one(Member, who), day, brief, links=LINKS, now=NOW)
        except Refusal as refusal:
            return refusal.code
        return "asked"

    def withdraw(_who: int) -> str:
        try:
            with database.writing() as db:
                withdraw_day(db, db.get_one(Member, karim), day, now=NOW)
        except Refusal as refusal:
            return refusal.code
        return "withdrawn"

    with ThreadPoolExecutor(MANY + 1) as pool:
        said_no = pool.submit(withdraw, karim)
        answers = sorted(pool.map(ask, people))

    with database.reading() as db:
        bookings = db.scalars(select(Booking)).all()
        ticks = db.scalars(select(Claim.tick).where(Claim.member_id == karim)).all()
        withdrawn = db.get_one(DayOffer, day).withdrawn_at
    won = [answer for answer in answers if answer == "asked"]
    assert [answer for answer in answers if answer != "asked"] == [DayGone.code] * (MANY - len(won))
    assert len(bookings) == len(won)
    assert len(ticks) == 32 * len(won)
    if won:
        assert (said_no.result(), withdrawn) == (DayAsked.code, None)
        assert len(won) == 1
    else:
        assert said_no.result() == "withdrawn"
