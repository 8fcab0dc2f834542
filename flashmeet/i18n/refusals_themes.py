"""The sentences of `core.errors_themes`."""

from __future__ import annotations

from flashmeet.core import errors_themes as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.ThemeExists: (
        mark("There is a theme called “%(theme)s” already, perhaps a retired one. Choose another name."),
        mark("There is such a theme already, perhaps a retired one. Choose another name."),
    ),
    errors.TooManyThemes: (
        mark(
            "This would be theme number %(count)s. The more themes, the more of them starve. Confirm if you are sure."
        ),
        mark("These would be many themes. The more there are, the more of them starve. Confirm if you are sure."),
    ),
}
