"""The sentences of `core.errors_nudges`."""

from __future__ import annotations

from flashmeet.core import errors_nudges as errors
from flashmeet.core.errors import Refusal
from flashmeet.i18n.catalogue import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    errors.TooLateToUndo: (mark("This mail has left already and cannot be taken back."),),
    errors.NobodyChosen: (mark("Nobody is chosen yet. Tick the people you want to write to, then go on."),),
    errors.NothingServed: (mark("No hour has been given in %(year)s so far. The attestation follows the first one."),),
}
