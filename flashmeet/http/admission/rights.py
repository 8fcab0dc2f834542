"""What each of an administrator's addresses asks of whom: the one place that decides.

A full administrator may do everything. A reader opens what is read, but for cases, files and forms that lead to an act,
and changes nothing; whoever decides cases has their pages alone, whoever leads themes those of their themes
(`identity.rules.OfficeRole`). Which themes these are, `http.admission.access` asks for each address that names one.
"""

from __future__ import annotations

from enum import StrEnum

from flask import Flask

from flashmeet.http.audit import recorded_act
from flashmeet.identity.rules import OfficeRole

READING_METHODS = ("GET", "HEAD", "OPTIONS")


class Right(StrEnum):
    RUN = "run"
    READ = "read"
    CASES = "cases"
    READ_THEME = "read_theme"
    RUN_THEME = "run_theme"


RIGHTS: dict[str, frozenset[Right]] = {
    "administrator": frozenset(Right),
    OfficeRole.READER: frozenset({Right.READ, Right.READ_THEME}),
    OfficeRole.CASES: frozenset({Right.CASES}),
    OfficeRole.THEMES: frozenset({Right.READ_THEME, Right.RUN_THEME}),
}
"""By role of the caller."""
CASES = ("admin_cases",)
"""Blueprints of the pages of conduct."""
OF_THEMES = frozenset(
    {
        "admin_recruiting.ask_these",
        "admin_recruiting.preview",
        "admin_theme_mentors.approve_mentor",
        "admin_theme_mentors.ask_mentors",
        "admin_themes.change",
        "admin_themes.invite",
        "admin_themes.look",
        "admin_themes.show",
    }
)
"""What whoever leads a theme opens and does in it."""
NOT_FOR_READERS = frozenset(
    {
        "admin_announcements.new",
        "admin_audit.show",
        "admin_bulk.new",
        "admin_editing.edit",
        "admin_editing.new",
        "admin_import.show",
        "admin_import.step",
        "admin_import.template",
        "admin_joining.show",
        "admin_members.confirm",
        "admin_merging.ask",
        "admin_nudges.ask_mentors",
        "admin_nudges.preview",
        "admin_invitations.new",
        "admin_settings.everybody",
        "launch.ask",
        "members_data.show",
    }
)
"""Reads that are a step of an act, show a file on its way in, links that let people in, or who decided cases."""


def right_of(app: Flask, endpoint: str, method: str) -> Right:
    """Returns the right that an administrator's address asks for. What is recorded or asks for a proof is no read."""
    if endpoint.partition(".")[0] in CASES:
        return Right.CASES
    if endpoint in OF_THEMES:
        return Right.READ_THEME if method in READING_METHODS else Right.RUN_THEME
    fresh = getattr(app.view_functions[endpoint], "fresh", False)
    reads = method in READING_METHODS and endpoint not in NOT_FOR_READERS
    return Right.READ if reads and not fresh and recorded_act(app, endpoint) is None else Right.RUN


def has_right(roles: frozenset[str], right: Right) -> bool:
    return any(right in RIGHTS.get(role, ()) for role in roles)
