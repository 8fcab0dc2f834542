"""The register speaks of every column, once, and of no other."""

from __future__ import annotations

from collections import Counter

from flashmeet.models import Base
from flashmeet.privacy.rules.register import ENTRIES, PURPOSES

TABLES = Base.metadata.tables


def spoken() -> Counter[str]:
    """How often the register says what a column holds; the keys of a table's people are in each of its entries."""
    return Counter(f"{each.table}.{column}" for each in ENTRIES for column in set(each.columns()))


def test_every_column_has_an_entry_or_is_said_to_hold_no_persons_data() -> None:
    there = {f"{table.name}.{column.name}" for table in TABLES.values() for column in table.columns}
    assert spoken().keys() ^ there == set(), "say in flashmeet/privacy/rules/register what it holds"


def test_a_column_serves_one_purpose() -> None:
    keys = {f"{each.table}.{path.partition('.')[0].partition('=')[0]}" for each in ENTRIES for path in each.paths}
    keys |= {f"{each.table}.{path}" for each in ENTRIES for path in each.own}
    assert [name for name, times in spoken().items() if times > 1 and name not in keys] == []


def test_a_column_that_leads_to_a_member_is_not_said_to_hold_nothing() -> None:
    leading = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.columns
        if any(key.column.table.name == "member" for key in column.foreign_keys)
    }
    free = {f"{each.table}.{column}" for each in ENTRIES for column in each.free.split()}
    assert leading & free == set()


def test_what_is_wiped_or_timed_is_there() -> None:
    for each in ENTRIES:
        assert {*each.wiped.split()} <= {*each.columns()}
        assert {period.since.partition(".")[0] for period in each.periods} <= {*TABLES[each.table].columns.keys()}


def test_purposes_have_names_of_their_own() -> None:
    assert len({each.key for each in PURPOSES}) == len(PURPOSES)
