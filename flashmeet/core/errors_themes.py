"""What can be refused when themes are kept."""

from __future__ import annotations

from flashmeet.core.errors import Refusal


class ThemeExists(Refusal):
    """A theme of that name is there already, perhaps retired."""

    code = "theme_exists"


class TooManyThemes(Refusal):
    """The 13th active theme and on: not without being asked again."""

    code = "too_many_themes"
