"""Slots are written as JSON by hand, and read exactly as their documented model would say them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from flashmeet.schedule.rules.slots import Slot
from flashmeet.schedule.schemas.slots import SlotsOut, slot_out, slots_json
from flashmeet.schedule.service.slots import SlotPage

NAMES = ("Zoé O’Brien", 'A "B" \\ / </script>', "line\nbreak\ttab \x7f \u2028 😀", "")
STARTS = (
    datetime(2026, 12, 9, 17, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
)


@pytest.mark.parametrize("cursor", [None, "WzE3OTY4MzU2MDAsMSwyXQ"])
@pytest.mark.parametrize("tzid", ["Europe/Paris", "Asia/Kathmandu", "UTC"])
def test_a_page_reads_byte_for_byte_as_its_model_says_it(tzid: str, cursor: str | None) -> None:
    slots = [Slot(7, name, at, at + timedelta(hours=1)) for name in NAMES for at in STARTS]
    said = SlotsOut(slots=[slot_out(slot, tzid) for slot in slots], next_cursor=cursor).model_dump_json()
    assert slots_json(SlotPage(slots, cursor), tzid) == said


def test_a_page_without_slots_says_so() -> None:
    assert slots_json(SlotPage([], None), "UTC") == '{"slots":[],"next_cursor":null}'
