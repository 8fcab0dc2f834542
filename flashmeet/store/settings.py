"""What the administrator decided, as the outbox and the use cases read it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.domain.availability import Policy
from flashmeet.domain.settings import NetworkSettings
from flashmeet.store.models import Setting


def network_settings(session: Session) -> NetworkSettings:
    """The shipped defaults, with what was decided in their place."""
    decided: dict[str, Any] = {row.name: row.value["is"] for row in session.scalars(select(Setting))}
    policy = decided.pop("policy", {})
    known = {field.name for field in fields(NetworkSettings)} - {"policy"}
    settings = replace(NetworkSettings(), **{name: value for name, value in decided.items() if name in known})
    return replace(settings, policy=replace(Policy(), **policy)) if policy else settings
