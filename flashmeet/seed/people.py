"""Invented people, one by one: the same seed and number give the same person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from itertools import accumulate
from random import Random

from flashmeet.seed.names import COMPANIES, HOMES, ORIGINS
from flashmeet.seed.stories import STORIES
from flashmeet.seed.themes import THEMES
from flashmeet.themes.rules.recognition import slugify

INVENTED = "example.org"
"""Each seed's people have addresses of a domain below it."""
PHONES = 10_000
"""+33 6 39 98 00 00 to 99 99: French numbers reserved for fiction."""
YOUNG_MENTORS = 1 / 6
"""The share of mentors who graduated lately: they help peers, and those who graduated long before them."""


MENTEE_HEADLINES = {
    "fr": (
        "Dernière année d'études",
        "Premier emploi, après un master",
        "En reconversion",
        "En thèse",
        "Monte un projet",
    ),
    "en": ("Final-year student", "First job, looking around", "Changing careers", "PhD student", "Building something"),
}
_SHARES_OF_ORIGINS, _SHARES_OF_HOMES = (list(accumulate(each.share for each in some)) for some in (ORIGINS, HOMES))
_slug = cache(slugify)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Columns of a member, and the themes (by key, with the proof line) that a mentor helps with."""

    columns: dict[str, object]
    offers: tuple[tuple[str, str], ...]
    tzid: str
    locale: str


def random_for(seed: int, kind: str, number: int) -> Random:
    """Returns a random source per person, so that nobody depends on earlier ones."""
    return Random(f"{seed}:{kind}:{number}")


def address(seed: int, kind: str, number: int) -> str:
    """Returns a person's mail address; example.org receives no mail."""
    return f"{kind}-{number}@s{seed}.{INVENTED}"


def mentor(seed: int, number: int, *, now: datetime) -> Person:
    """Returns a mentor. Mentors are spread evenly over the themes; half of them help with a second one."""
    random = random_for(seed, "mentor", number)
    keys = [THEMES[number % len(THEMES)].key]
    if random.random() < 0.5:
        keys.append(random.choice([theme.key for theme in THEMES if theme.key not in keys]))
    person = _person(random, seed, "mentor", number, now=now)
    story = STORIES[keys[0], person.locale]
    sector = THEMES[number % len(THEMES)].sector
    columns = {
        "mentor": True,
        "mentee": random.random() < 0.2,
        "sector": sector,
        "headline": random.choice(story.headlines),
    }
    offers = tuple((key, _in_turn(STORIES[key, person.locale].proofs, number // len(THEMES))) for key in keys)
    if random.random() < YOUNG_MENTORS:
        columns["graduation_year"] = now.year - random.randrange(5)
    return Person(columns={**person.columns, **columns}, offers=offers, tzid=person.tzid, locale=person.locale)


def _in_turn(lines: Sequence[str], number: int) -> str:
    """Returns the line for this number, so that neighbours on a page differ."""
    return lines[number % len(lines)]


def mentee(seed: int, number: int, *, now: datetime) -> Person:
    random = random_for(seed, "mentee", number)
    person = _person(random, seed, "mentee", number, now=now)
    columns = {"mentee": True, "graduation_year": now.year - random.randrange(-2, 8), "company": "", "sector": ""}
    columns["headline"] = random.choice(MENTEE_HEADLINES[person.locale])
    return Person(columns={**person.columns, **columns}, offers=(), tzid=person.tzid, locale=person.locale)


def _person(random: Random, seed: int, kind: str, number: int, *, now: datetime) -> Person:
    [origin] = random.choices(ORIGINS, cum_weights=_SHARES_OF_ORIGINS)
    [home] = random.choices(HOMES, cum_weights=_SHARES_OF_HOMES)
    first_name, last_name = random.choice(origin.first_names), random.choice(origin.last_names)
    phone = _phone(random, kind, number) if home.tzid == "Europe/Paris" else None
    here = None if number % 11 == 7 else now - timedelta(days=number * 11 % 30, hours=number % 13)
    columns = {
        "email": address(seed, f"{_slug(first_name)}.{_slug(last_name)}.{kind}", number),
        "first_name": first_name,
        "last_name": last_name,
        "mentee": False,
        "mentor": False,
        "administrator": False,
        "approved": True,
        "suspended": False,
        "tzid": home.tzid,
        "locale": home.locale,
        "phone": phone,
        "phone_verified_at": now - timedelta(days=30) if phone else None,
        "sms_opt_in": phone is not None,
        "graduation_year": now.year - random.randrange(8, 38),
        "languages": list(home.languages[: random.randint(1, len(home.languages))]),
        "company": random.choice(COMPANIES),
        "sector": "",
        "headline": "",
        "created_at": now - timedelta(days=random.randrange(31, 700)),
        "signed_in_at": here,
        "seen_on": here and here.date(),
    }
    return Person(columns=columns, offers=(), tzid=home.tzid, locale=home.locale)


def _phone(random: Random, kind: str, number: int) -> str | None:
    """Returns a phone number, even for mentors, odd for mentees, while there are any; None for one person in three."""
    place = number * 2 + (kind == "mentee")
    return f"+3363998{place:04}" if place < PHONES and random.random() < 0.67 else None
