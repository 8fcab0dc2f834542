"""The panel before somebody goes: who counts on them, and what becomes of the hours agreed."""

from __future__ import annotations

from flask import request

from flashmeet.core.errors import BadInput
from flashmeet.identity.rules import AgreedHours


def is_decided() -> bool:
    """Whether the form says what becomes of the hours: whoever sent it has seen the panel."""
    return "hours" in request.form


def hours_said() -> AgreedHours:
    """Returns what becomes of agreed hours; they are kept where nothing is said. Raises BadInput."""
    text = request.form.get("hours", AgreedHours.KEEP)
    try:
        return AgreedHours(text)
    except ValueError:
        raise BadInput("hours", value=text) from None
