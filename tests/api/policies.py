"""Policies of the tests: everything is off but for what is said."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flashmeet.core.settings.policies import Policy
from tests.people import EVERY_QUARTER


def with_policy(**said: Any) -> Policy:
    return replace(EVERY_QUARTER, **said)
