"""Acceptance D2 to D5 against faults: after quiet time, calendar = our truth, and no foreign event was touched."""

from __future__ import annotations

import pytest

from flashmeet.core.config import Config
from flashmeet.core.database.session import Database
from tests.calendars.soak.stage import stage
from tests.calendars.soak.truth import play
from tests.fakes.radicale import Radicale


@pytest.mark.timeout(600)
def test_after_quiet_time_the_calendar_is_our_truth_and_no_foreign_event_was_touched(
    database: Database, config: Config, caldav: Radicale
) -> None:
    with stage(database, config, caldav, seed=5) as made:
        assert play(made, 24) == []
