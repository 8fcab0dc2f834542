"""What should not grow with the network: two networks, asked in turn by one client, in interleaved rounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from bench import booking, service
from bench.clients import Request, drive, each_once
from bench.figures import Table
from bench.stage import READERS, Stage, Wanted

WARM_UP, REQUESTS = 8, 10
BOOKING = "booking"
NEXT_HOURS = 1_000
"""So many mentors are left to the other measurements, which take their hours from the first on."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One network's requests of each kind, without end."""

    port: int
    pages: dict[str, Iterator[Request]]
    network: Stage
    hours: Iterator[Wanted]

    def took(self, name: str, requests: int = REQUESTS) -> float:
        """Returns the median wait for such a page, or the time of one booking, in seconds."""
        if name == BOOKING:
            return booking.book(self.network, next(self.hours))
        some = list(islice(self.pages[name], requests))
        return drive(self.port, each_once(iter(some)), clients=1).milliseconds(0.5) / 1000


def measure(table: Table, smaller: Stage, larger: Stage, folder: Path, *, rounds: int) -> None:
    """Puts how many times as long each takes in the larger network: the median over rounds, each a pair."""
    with ExitStack() as served:
        pair = []
        for stage, name in ((smaller, "smaller"), (larger, "larger")):
            (folder / name).mkdir(exist_ok=True)
            served.enter_context(service.web(folder / name, stage.environment, stage.port))
            pair.append(_asked(stage))
        small, large = pair
        for name in small.pages:
            for each in pair:
                each.took(name, WARM_UP)
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in (*small.pages, BOOKING)}
        for _ in range(rounds):
            for name, pairs in seen.items():
                pairs.append((small.took(name), large.took(name)))
    for name, pairs in seen.items():
        before, after = (1000 * median(each) for each in zip(*pairs, strict=True))
        table.put(
            f"{name}, 10,000 → 100,000 mentors",
            median(large / small for small, large in pairs),
            f"p50 {before:.1f} → {after:.1f} ms",
        )


def _asked(stage: Stage) -> Asked:
    cookies = stage.cookies(stage.app(), stage.seeded.mentees[:READERS])
    months = [f"/mentors/{mentor_id}" for mentor_id in stage.seeded.mentors[:READERS]]
    pages = {
        "search": stage.browsing(["/search?theme=droit"], cookies=cookies),
        "month": stage.browsing(months, cookies=cookies),
        "home": stage.browsing(["/"], cookies=[]),
    }
    hours = list(stage.wanted_hours())
    return Asked(stage.port, pages, stage, iter(hours[NEXT_HOURS:] or hours[len(hours) // 2 :]))
