"""The arithmetic of the bench, and its table: every figure beside its limit and its goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from statistics import median


class Better(Enum):
    """Which way a figure gets better."""

    MORE = "≥"
    LESS = "≤"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table: what is measured, and the goal, in the words and the unit of the figure."""

    name: str
    goal: float
    better: Better
    unit: str = ""
    compared: bool = False

    def met(self, value: float) -> bool:
        return value >= self.goal if self.better is Better.MORE else value <= self.goal

    @property
    def goal_in_words(self) -> str:
        return f"{self.better.value} {shown(self.goal)}{self.unit}"


MORE, LESS = Better.MORE, Better.LESS
ROWS = (
    Row("slots JSON, 20 rows", 0.35, MORE, " of hello"),
    Row("slots JSON, evenings, one a mentor", 0.20, MORE, " of hello"),
    Row("themes JSON", 0.40, MORE, " of hello"),
    Row("home, signed out", 0.25, MORE, " of hello"),
    Row("home, signed out, p99", 100, LESS, " ms"),
    Row("search page, signed in", 0.15, MORE, " of hello"),
    Row("/me of a mentee", 0.15, MORE, " of hello"),
    Row("POST booking, distinct hours", 0.10, MORE, " of hello"),
    Row("POST booking, statements", 25, LESS),
    Row("booking use case", 0.35, MORE, " of the same rows by the driver"),
    Row("200 at once on one slot", 1.5, LESS, " s"),
    Row("200 at once on one slot, booked twice or failed", 0, LESS),
    Row("500 clients at once, failures", 0, LESS),
    Row("500 clients at once, slowest answer", 10, LESS, " s"),
    Row("seeding 100,000 mentors and 10,000 hours", 5, LESS, " min"),
    Row("idle worker", 1, LESS, " % of a core"),
    Row("memory of the whole service", 300, LESS, " MB"),
    Row("/admin", 0.3, LESS, " s"),
    Row("registrants.csv", 2, LESS, " s"),
    Row("slowest periodic task", 1, LESS, " s"),
    Row("search, 10,000 → 100,000 mentors", 1.2, LESS, " ×", compared=True),
    Row("month, 10,000 → 100,000 mentors", 1.2, LESS, " ×", compared=True),
    Row("home, 10,000 → 100,000 mentors", 1.2, LESS, " ×", compared=True),
    Row("booking, 10,000 → 100,000 mentors", 1.4, LESS, " ×", compared=True),
)
"""Every figure of the table, in its order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What was measured for a row. `value` is compared with its goal; `seen` and `limit` say what it was made of."""

    value: float
    seen: str
    limit: str = ""


@dataclass(slots=True)
class Table:
    """Figures by the name of their row. Raises KeyError for a name that no row has."""

    figures: dict[str, Figure] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def put(self, name: str, value: float, seen: str, *, limit: str = "") -> None:
        self.figures[row_of(name).name] = Figure(value=value, seen=seen, limit=limit)

    def markdown(self) -> str:
        head = ("figure", "measured", "limit in the same run", "result", "goal", "")
        lines = [head, tuple("---" for _ in head), *(self._line(row) for row in ROWS)]
        return "\n".join(f"| {' | '.join(line)} |" for line in lines)

    def _line(self, row: Row) -> tuple[str, ...]:
        figure = self.figures.get(row.name)
        if figure is None:
            return (
                row.name,
                "not measured",
                "",
                "",
                row.goal_in_words,
                "forms full and growth only" if row.compared else "",
            )
        verdict = "met" if row.met(figure.value) else "**not met**"
        return row.name, figure.seen, figure.limit, f"{shown(figure.value)}{row.unit}", row.goal_in_words, verdict


def row_of(name: str) -> Row:
    return {row.name: row for row in ROWS}[name]


def shown(value: float) -> str:
    """Returns the number with three digits that count."""
    if value == 0 or value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percentile(values: Iterable[float], share: float) -> float:
    """Returns the smallest value that at least this share of the values do not exceed."""
    ordered = sorted(values)
    place = -(-len(ordered) * round(share * 1000) // 1000)
    return ordered[max(place, 1) - 1]


def median_ratio(ours: Sequence[float], limits: Sequence[float]) -> float:
    """Returns the median over rounds of figure to limit, each pair measured in one round."""
    return median(our / limit for our, limit in zip(ours, limits, strict=True))
