"""What the administrator decides for the network."""

from __future__ import annotations

from sqlalchemy.orm import Session

from flashmeet.store.models import Setting
from flashmeet.store.settings import network_settings

__all__ = ["decide", "network_settings"]


def decide(session: Session, name: str, value: object) -> None:
    """Keeps one decision."""
    session.merge(Setting(name=name, value={"is": value}))
