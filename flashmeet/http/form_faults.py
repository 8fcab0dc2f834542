"""What is wrong with a form, each thing beside the field it is about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flashmeet.core.errors import BadInput
from flashmeet.http.problems import words_of


class Faults(dict[str, BadInput]):
    """The refusal that stands at each place of a form; places are named by whoever reads the form."""

    @contextmanager
    def at(self, place: str) -> Iterator[None]:
        """Keeps what the block refuses, and goes on after it."""
        try:
            yield
        except BadInput as refusal:
            self.setdefault(place, refusal)

    def words(self, place: str) -> str:
        """What is said beside the field; nothing where nothing is wrong."""
        refusal = self.get(place)
        return "" if refusal is None else words_of(refusal)

    def hits(self, place: str, field: str) -> bool:
        """Whether the fault at a place of several fields is about this one."""
        refusal = self.get(place)
        return refusal is not None and refusal.field == field
