"""Why a provider does not take our messages, as administrators read it."""

from __future__ import annotations

from flashmeet.i18n.catalogue import translations
from flashmeet.messages.rules.troubles import explained


def trouble_words(reason: str, locale: str) -> str:
    """Says what the reason means, with the provider's own code; the code alone where nobody has explained it."""
    known = explained(reason)
    return f"{translations(locale).gettext(known)} ({reason})" if known else reason
