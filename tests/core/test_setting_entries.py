"""Each policy is said once: its default stands its own check, and what cannot be is refused in words."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest

from flashmeet.core.errors import BadInput, OutOfRange, TooFaint
from flashmeet.core.files import folder
from flashmeet.core.settings.colours import DARK_CARD, DARK_PAPER, LIGHT_CARD, LIGHT_PAPER, contrast, mixed, text_on
from flashmeet.core.settings.entries import (
    ACCENT,
    ACCENT_DARK,
    BY_KEY,
    ENTRIES,
    GROUPS,
    MAIL_DOMAINS,
    MENTEE_PER_WEEK,
    QUIET_FROM,
    REST,
    ROOM_CLOSES,
    ROOM_OPENS,
)
from flashmeet.core.settings.kinds import Entry
from flashmeet.core.settings.policies import Policy
from flashmeet.core.settings.values import OUR_ACCENT, OUR_ACCENT_DARK, NetworkSettings
from tests.loops import for_each

KEYS = for_each("entry", ENTRIES, ids=lambda entry: entry.key)


@KEYS
def test_a_default_is_allowed_and_survives_its_own_form(entry: Entry[Any]) -> None:
    form = {name: [text] for name, text in entry.kind.fields(entry.default).items()}
    assert entry.kind.read(form) == entry.kind.check(entry.default) == entry.default


@KEYS
def test_an_entry_says_what_it_is_and_what_it_does(entry: Entry[Any]) -> None:
    assert entry.group in GROUPS
    assert entry.effect.endswith(".")
    assert BY_KEY[entry.key] is entry


def test_the_shipped_values_are_those_the_rules_use() -> None:
    shipped = NetworkSettings()
    named = {field.name for field in fields(NetworkSettings)} & BY_KEY.keys()
    assert {name: getattr(shipped, name) for name in named} == {name: BY_KEY[name].default for name in named}
    policy = {key.removeprefix("policy."): each.default for key, each in BY_KEY.items() if key.startswith("policy.")}
    assert policy == {name: getattr(Policy(), name) for name in policy}
    assert (shipped.room.opens_before, shipped.room.closes_after) == (15, 30)


def test_the_volunteers_defaults_are_those_of_the_programme() -> None:
    wanted = {
        "policy.per_day": 1,
        "policy.per_week": 1,
        "policy.per_month": 2,
        "policy.notice_minutes": 12 * 60,
        "policy.horizon_days": 28,
        "policy.buffer_after": 15,
        "room_opens_before": 15,
        "room_closes_after": 30,
        "sms_quiet_from": 20 * 60,
        "sms_quiet_until": 8 * 60,
        "answer_days": 3,
        "late_cancel_hours": 24,
        "no_show_minutes": 10,
        "profile_fresh_days": 180,
        "calendar_fails": "closed",
        "joining": "closed",
    }
    assert {key: BY_KEY[key].default for key in wanted} == wanted


@pytest.mark.parametrize(
    ("entry", "text", "error"),
    [
        (MENTEE_PER_WEEK, "0", OutOfRange),
        (MENTEE_PER_WEEK, "-1", BadInput),
        (REST, "20", OutOfRange),
        (QUIET_FROM, "25:00", BadInput),
        (ACCENT, "#ffff00", TooFaint),
        (ACCENT, "red", BadInput),
        (ACCENT_DARK, "#1d2433", TooFaint),
        (MAIL_DOMAINS, "example.org, not a domain", BadInput),
    ],
)
def test_what_cannot_be_is_refused(entry: Entry[Any], text: str, error: type[BadInput]) -> None:
    with pytest.raises(error):
        entry.kind.read({"value": [text]})


def test_no_limit_is_said_by_an_empty_field() -> None:
    assert MENTEE_PER_WEEK.kind.read({"value": [""]}) is None


def test_domains_are_read_as_people_write_them() -> None:
    assert MAIL_DOMAINS.kind.read({"value": ["@Ecole.Example; alumni.example\nalumni.example"]}) == [
        "ecole.example",
        "alumni.example",
    ]


def test_a_default_that_rules_read_stands_in_one_place() -> None:
    """An entry shows what rules take while nothing is decided; our colours are those of the pages' own sheet."""
    shipped = NetworkSettings()
    for entry in ENTRIES:
        owner, _, name = entry.key.rpartition(".")
        holder: object = shipped.policy if owner == "policy" else shipped
        if owner in ("", "policy") and hasattr(holder, name):
            assert entry.default == getattr(holder, name), entry.key
    assert (ROOM_OPENS.default, ROOM_CLOSES.default) == (shipped.room.opens_before, shipped.room.closes_after)
    sheet = (folder("static") / "css" / "tokens.css").read_text()
    assert {f"--accent: {OUR_ACCENT};", f"--accent: {OUR_ACCENT_DARK};"} == set(re.findall("--accent: [^;]*;", sheet))


def test_what_is_kept_and_cannot_be_read_any_more_is_the_default() -> None:
    assert ACCENT.kept("#ffff00") == "#b0431a"


@pytest.mark.parametrize(
    ("colour", "papers"), [("#b0431a", (LIGHT_PAPER, LIGHT_CARD)), ("#ff9f73", (DARK_PAPER, DARK_CARD))]
)
def test_our_own_colours_can_be_read_on_every_paper_and_written_on(colour: str, papers: tuple[str, str]) -> None:
    assert min(contrast(colour, paper) for paper in papers) >= 4.5
    assert contrast(text_on(colour), colour) >= 4.5
    assert contrast(colour, mixed(colour, papers[0], 0.06)) >= 4.5


def test_contrast_is_the_one_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
