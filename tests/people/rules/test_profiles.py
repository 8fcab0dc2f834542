"""The meter names the field that helps most next; a profile asks for a look after the network's days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from flashmeet.people.rules.profiles import MENTEE_FIELDS, MENTOR_FIELDS, completeness, is_confirmation_due, is_stale

NOW = datetime(2026, 12, 1, tzinfo=UTC)
NOTHING = dict.fromkeys((*MENTOR_FIELDS, *MENTEE_FIELDS), False)


def test_a_mentor_is_first_asked_for_what_makes_them_suggested() -> None:
    filled, asked = dict(NOTHING), []
    while (found := completeness(filled, mentor=True, mentee=False)).next:
        asked.append(found.next)
        filled[found.next] = True
    assert asked[:4] == ["themes", "proof", "languages", "headline"]
    assert asked[-1] == "photo"
    assert found.percent == 100


def test_a_mentee_is_not_asked_for_themes() -> None:
    found = completeness(NOTHING, mentor=False, mentee=True)
    assert (found.percent, found.next) == (0, "languages")
    assert "themes" not in found.missing


def test_who_is_both_has_the_fields_of_both() -> None:
    found = completeness(NOTHING, mentor=True, mentee=True)
    assert found.missing == (
        "themes",
        "proof",
        "languages",
        "headline",
        "offering",
        "seeking",
        "graduation_year",
        "company",
        "sector",
        "degree",
        "photo",
    )
    assert found.of == 11


def test_it_is_time_to_ask_from_the_very_day_on() -> None:
    ago = NOW - timedelta(days=180)
    assert is_confirmation_due(ago, days=180, now=NOW)
    assert not is_confirmation_due(ago + timedelta(seconds=1), days=180, now=NOW)
    assert not is_stale(NOW - timedelta(days=365), now=NOW)
    assert is_stale(NOW - timedelta(days=365, seconds=1), now=NOW)
