"""What an entry of the register says: a purpose, its tables, and for each column whose it is and when it goes.

A path leads from a row to the member it is about, by foreign keys: `member_id`, `seat_id.member_id`. Where there is
none, `phone=member.phone.id` names the column of another table that holds the same value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, StrEnum

from flashmeet.core.text import mark


class Ground(Enum):
    """Why the data may be held (GDPR, article 6)."""

    SERVICE = mark("the service you take part in")
    CONSENT = mark("your consent, which you can take back at any time")
    INTEREST = mark("the network’s legitimate interest in a service that is safe and works")


class AtErasure(StrEnum):
    """What becomes of a member's rows when they are erased."""

    ROWS_GO = "rows_go"
    UNSHARED_GO = "unshared_go"  # rows go, but those that lead to somebody else, too, by a value that several have
    WORDS_GO = "words_go"  # the row stays, for the other person and the counts; what is the member's own goes
    STAY = "stay"  # it names the member by number only, and the number leads to a tombstone


class Takes(StrEnum):
    """What goes once a period is over."""

    ROWS = "rows"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class Period:
    """Ends `after` the time at the path `since`; a row without that time is kept."""

    since: str
    after: timedelta = timedelta()
    takes: Takes = Takes.ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The columns of one table that serve one purpose. Several columns are parted by spaces.

    - `people`: paths to the members that a row is about; `readers`: to those whom it was written to, too.
    - `own`: by path, columns that are about that member alone, such as a number.
    - `shared`: columns about everybody in `people`; `texts`: those of them that go with the words, as do the columns of
      `wiped`, spoken of elsewhere in the entry.
    - `withheld`: columns that no copy holds, since they are secrets, fingerprints or made from other columns.
    - `renewed`: secrets in links, replaced at erasure.
    - `named`: columns that lead to members whose name the copy gives; `links`: to members who are not given out.
    - `free`: columns that hold no person's data.
    """

    table: str
    people: str = ""
    readers: str = ""
    own: Mapping[str, str] = field(default_factory=dict)
    shared: str = ""
    texts: str = ""
    withheld: str = ""
    wiped: str = ""
    renewed: str = ""
    named: str = ""
    links: str = ""
    free: str = ""
    at_erasure: AtErasure = AtErasure.ROWS_GO
    periods: tuple[Period, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        return tuple(self.people.split())

    @property
    def given(self) -> tuple[str, ...]:
        """Columns that a copy holds for everybody in `people`."""
        return tuple(f"{self.shared} {self.texts}".split())

    def columns(self) -> Iterator[str]:
        """Yields every column that the entry speaks of; one of `own` may be a path too."""
        direct = {path.partition("=")[0] for path in self.paths if "=" in path or "." not in path}
        spoken = " ".join((*self.own.values(), self.shared, self.texts, self.withheld, self.renewed))
        yield from dict.fromkeys((*direct, *spoken.split(), *self.named.split(), *self.links.split()))
        yield from self.free.split()


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why data is kept: `why`, `kept_for` and `seen_by` are sentences for the privacy page."""

    key: str
    title: str
    what: str
    why: str
    ground: Ground
    kept_for: str
    seen_by: str
    tables: tuple[Kept, ...]
