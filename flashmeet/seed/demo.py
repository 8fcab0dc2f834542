"""The network of `flashmeet demo`: sixty mentors, two hundred mentees, a year of history, three sign-ins."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest, book_slot
from flashmeet.bookings.service.days.offering import OfferedDay, offer_day
from flashmeet.core.database.bulk import insert_all
from flashmeet.core.errors import Refusal
from flashmeet.core.intervals import TICK_SECONDS
from flashmeet.core.links import Links
from flashmeet.core.settings.policies import Policy
from flashmeet.core.settings.service import decide
from flashmeet.core.text import in_language
from flashmeet.core.zones import DAY_MINUTES, local_time, wall_span
from flashmeet.identity.models import Member, MentorTheme
from flashmeet.people.models import TermsAcceptance
from flashmeet.people.rules.terms import Draft, fingerprint
from flashmeet.people.service.pictures import keep_photo
from flashmeet.people.service.terms import announce_terms, starting_text
from flashmeet.programme.service.proof import prove_day
from flashmeet.schedule.rules.availability import DayOverride, Span, WeeklyRule
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.schedule.service.availability import save_availability
from flashmeet.seed.afterwards import seed_afterwards
from flashmeet.seed.bookings import Outing, seed_bookings
from flashmeet.seed.history import seed_history
from flashmeet.seed.network import Plan, Progress, Seeded, seed_people
from flashmeet.seed.people import random_for
from flashmeet.seed.portraits import portrait, seed_photos
from flashmeet.seed.requests import ask_today, seed_requests
from flashmeet.themes.service import find_theme

PLAN = Plan(mentors=60, days=28, seed=1)
PEOPLE = PLAN.mentors + PLAN.mentees + 80
PROVED_DAYS = 42
KARIM, CAMILLE, ODILE = "karim@example.org", "camille@example.org", "odile@example.org"
_WEEK = (
    WeeklyRule(0, Span.parse("12:00", "14:00")),
    WeeklyRule(1, Span.parse("18:00", "20:00")),
    WeeklyRule(3, Span.parse("18:00", "20:00")),
)
_GENEROUS = Policy(notice_minutes=120, per_day=2, per_week=3, per_month=8)


class Occupied(Refusal):
    """The database is in use, and not for a demo."""

    code = "occupied"


@dataclass(frozen=True, slots=True)
class Cast:
    """The ids of the three people to sign in as."""

    mentee: int
    mentor: int
    administrator: int


def seed_demo(db: Session, *, links: Links, now: datetime, progress: Progress, plan: Plan = PLAN) -> Cast:
    """Creates the network in this one transaction, or returns the existing one. Raises Occupied."""
    there = _cast(db)
    if there is not None:
        return there
    if db.scalar(select(Member.id).limit(1)) is not None:
        raise Occupied
    here = lambda: nullcontext(db)  # noqa: E731
    seeded = seed_people(here, plan, now=now, progress=progress)
    karim, camille = _karim(db, now=now), _camille(db, now=now)
    odile = _member("Odile", "Marchand", ODILE, now=now, administrator=True, headline="Fait vivre le réseau")
    db.add(odile)
    db.flush()
    _terms(db, odile, now=now)
    decide(db, "contact_name", "Odile Marchand")
    decide(db, "contact_mail", ODILE)
    _meeting(db, karim, camille, links=links, now=now)
    _day(db, karim, now=now)
    outing = Outing(links=links, sends=True)
    seed_bookings(here, seeded, plan, outing=outing, now=now, progress=progress)
    mentors = [*seeded.mentors, karim.id]
    pair, mentees = (karim.id, camille.id), [*seeded.mentees, camille.id]
    seed_history(db, mentors, mentees, strangers=pair, links=links, seed=plan.seed, now=now)
    seed_requests(db, mentors, seed=plan.seed, now=now)
    seed_afterwards(db, mentors, odile, seed=plan.seed, now=now)
    _faces(db, (karim, camille, odile), seeded, seed=plan.seed, now=now)
    ask_today(db, karim, camille, db.get_one(Member, seeded.mentees[0]), now=now)
    for back in range(PROVED_DAYS, 0, -1):
        prove_day(db, (now - timedelta(days=back)).date(), now=now)
    cast = _cast(db)
    assert cast is not None  # noqa: S101  # the three were added above
    return cast


def _terms(db: Session, odile: Member, *, now: datetime) -> None:
    """Puts the shipped terms in force, as everybody accepted them on joining."""
    shipped = starting_text(db)
    texts = {locale: text for locale, (text, _) in shipped.items()}
    lines = zip(*(each for _, each in shipped.values()), strict=True)
    commitments = [dict(zip(shipped, line, strict=True)) for line in lines]
    since = now - timedelta(days=400)
    terms = announce_terms(db, Draft(texts=texts, commitments=commitments, in_force_at=since), by=odile, now=since)
    proofs = {
        locale: fingerprint(texts[locale], [in_language(each, locale) for each in commitments]) for locale in shipped
    }
    rows: list[dict[str, object]] = [
        {
            "member_id": member_id,
            "version": terms.version,
            "sha256": proofs[locale],
            "locale": locale,
            "accepted_at": max(created_at, since),
        }
        for member_id, locale, created_at in db.execute(select(Member.id, Member.locale, Member.created_at))
    ]
    insert_all(db, cast(Table, TermsAcceptance.__table__), rows)


def _faces(db: Session, known: Sequence[Member], seeded: Seeded, *, seed: int, now: datetime) -> None:
    """Gives the three a photo, and about half of everybody else."""
    for number, member in enumerate(known):
        keep_photo(
            db, member, portrait(random_for(seed, "face", number), member.first_name), now=now - timedelta(days=90)
        )
    others = db.scalars(select(Member).where(Member.id.in_((*seeded.mentors, *seeded.mentees))).order_by(Member.id))
    seed_photos(db, others, seed=seed, now=now)


def _cast(db: Session) -> Cast | None:
    members = db.scalars(select(Member).where(Member.email.in_((KARIM, CAMILLE, ODILE))))
    ids = {member.email: member.id for member in members}
    return Cast(ids[CAMILLE], ids[KARIM], ids[ODILE]) if len(ids) == 3 else None


def _member(first_name: str, last_name: str, email: str, *, now: datetime, **more: object) -> Member:
    columns: dict[str, object] = {
        "tzid": "Europe/Paris",
        "locale": "fr",
        "languages": ["fr", "en"],
        "approved": True,
        "created_at": now - timedelta(days=200),
        "signed_in_at": now - timedelta(days=3),
        "seen_on": (now - timedelta(days=3)).date(),
        "phone_verified_at": now - timedelta(days=100),
        "sms_opt_in": True,
    }
    return Member(first_name=first_name, last_name=last_name, email=email, **{**columns, **more})


def _karim(db: Session, *, now: datetime) -> Member:
    karim = _member(
        "Karim",
        "Haddad",
        KARIM,
        now=now,
        mentor=True,
        phone="+33639989998",
        graduation_year=now.year - 16,
        company="Grand Large Avocats",
        sector="Droit",
        headline="Avocat en droit des sociétés, ancien créateur",
    )
    proofs = {
        "Droit": "J’ai relu plus de trois cents statuts de jeunes sociétés.",
        "Création d’entreprise": "J’ai monté une société à trente ans, et appris à la fermer.",
    }
    karim.offers = [MentorTheme(theme_id=find_theme(db, name).id, proof=proof) for name, proof in proofs.items()]
    db.add(karim)
    db.flush()
    return karim


def _camille(db: Session, *, now: datetime) -> Member:
    camille = _member(
        "Camille",
        "Roussel",
        CAMILLE,
        now=now,
        mentee=True,
        tzid="America/Toronto",
        phone="+33639989999",
        graduation_year=now.year,
        headline="Étudiante en dernière année à Montréal",
    )
    db.add(camille)
    db.flush()
    return camille


def _meeting(db: Session, karim: Member, camille: Member, *, links: Links, now: datetime) -> Booking:
    """Books Karim and Camille for the next quarter hour, so that their room is open as soon as the demo runs.

    Karim opens that hour by an exception.
    """
    starts_at = datetime.fromtimestamp((int(now.timestamp()) // TICK_SECONDS + 1) * TICK_SECONDS, now.tzinfo)
    save_availability(
        db,
        karim,
        tzid=karim.tzid,
        rules=_WEEK,
        overrides=_around(starts_at, karim.tzid),
        policy=_GENEROUS,
        now=now,
    )
    request = BookingRequest(
        mentor_id=karim.id,
        starts_at=starts_at,
        theme="Droit",
        need="Relire les statuts de ma SAS avant le dépôt : la clause d’agrément et l’objet social.",
        good_hour="Savoir quoi changer avant de signer.",
    )
    return book_slot(db, camille, request, links=links, now=now - timedelta(hours=20))


def _day(db: Session, karim: Member, *, now: datetime) -> None:
    """Offers a day of Karim's, on a Friday in three weeks."""
    today = local_time(now, karim.tzid).at.date()
    friday = today + timedelta(days=21 + (4 - today.weekday()) % 7)
    said = OfferedDay(
        theme="Droit",
        first=friday,
        span=Span.parse("09:00", "17:00"),
        breaks=(Span.parse("12:30", "13:30"),),
        mode=Mode.ON_SITE,
        place="Palais de justice, 67 rue Servient, Lyon",
        programme="Matin : une audience commerciale.\nAprès-midi : vos statuts, article par article.",
    )
    offer_day(db, karim, said, now=now)


def _around(starts_at: datetime, tzid: str) -> tuple[DayOverride, ...]:
    """Returns exceptions for the hour from `starts_at` in Karim's zone; past midnight it takes two days."""
    day, start, end = wall_span(starts_at, timedelta(hours=1), tzid)
    first = DayOverride(day, Span(start, min(end, DAY_MINUTES)))
    left = end - DAY_MINUTES
    return (first,) if left <= 0 else (first, DayOverride(day + timedelta(days=1), Span(0, left)))
