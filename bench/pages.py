"""What a request costs: rates of pages and of the API beside a bare page, in interleaved rounds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from statistics import median

from sqlalchemy import select

from bench.clients import Answers, Request, drive, each_once, get
from bench.figures import Table, median_ratio, percentile
from bench.service import CLIENTS
from bench.stage import READERS, Stage, Wanted
from flashmeet.identity.models import MentorTheme
from flashmeet.themes.models import Theme


@dataclass(slots=True)
class Seen:
    """One row's rounds: a rate and all waits of each."""

    rates: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    wrong: int = 0

    def add(self, answers: Answers, expected: int) -> None:
        good = [answer.seconds for answer in answers.all if answer.status == expected]
        self.rates.append(len(good) / answers.seconds)
        self.waits += good
        self.wrong += len(answers.all) - len(good) + answers.broken

    @property
    def words(self) -> str:
        p50, p99 = (1000 * percentile(self.waits, share) for share in (0.5, 0.99))
        wrong = f", {self.wrong} refused" if self.wrong else ""
        return f"{median(self.rates):,.0f}/s, p50 {p50:,.0f} ms, p99 {p99:,.0f} ms{wrong}"


@dataclass(frozen=True, slots=True)
class Course:
    """Requests without end; `each` is how many a round takes where they are not counted by time."""

    requests: Iterator[Request]
    expected: int = 200
    each: int | None = None

    def warm_up(self, port: int) -> None:
        some = islice(self.requests, 2 * CLIENTS if self.each is None else self.each // 4)
        drive(port, each_once(iter(list(some))), clients=CLIENTS)

    def run(self, port: int, seconds: float) -> Answers:
        if self.each is None:
            return drive(port, each_once(self.requests), clients=CLIENTS, seconds=seconds)
        return drive(port, each_once(iter(list(islice(self.requests, self.each)))), clients=CLIENTS)


def courses(stage: Stage, wanted: Iterator[Wanted], *, bookings: int) -> dict[str, Course]:
    """Returns the courses by the name of their row."""
    app, readers = stage.app(), stage.seeded.mentees[:READERS]
    tokens, cookies = stage.tokens(readers), stage.cookies(app, readers)
    with stage.database.reading() as db:
        slugs = list(db.scalars(select(Theme.slug).where(Theme.id.in_(select(MentorTheme.theme_id)))))
    slots = [f"/api/v1/slots?theme={slug}&limit=20" for slug in slugs]
    evenings = [f"{each}&after=18:00&before=21:00&distinct=mentor" for each in slots]
    searches = [f"/search?theme={slug}" for slug in slugs]
    return {
        "slots JSON, 20 rows": Course(stage.readers(slots, tokens=tokens)),
        "slots JSON, evenings, one a mentor": Course(stage.readers(evenings, tokens=tokens)),
        "themes JSON": Course(stage.readers(["/api/v1/themes"], tokens=tokens)),
        "home, signed out": Course(stage.browsing(["/"], cookies=[])),
        "search page, signed in": Course(stage.browsing(searches, cookies=cookies)),
        "/me of a mentee": Course(stage.browsing(["/me"], cookies=cookies)),
        "POST booking, distinct hours": Course(_bookings(stage, wanted), 201, bookings),
    }


def _bookings(stage: Stage, wanted: Iterator[Wanted]) -> Iterator[Request]:
    while some := list(islice(wanted, 8)):
        tokens = stage.tokens([hour.mentee_id for hour in some])
        for hour, token in zip(some, tokens, strict=True):
            yield stage.booking(hour, token)


def measure(
    table: Table,
    stage: Stage,
    hello: int,
    running: dict[str, Course],
    *,
    rounds: int,
    seconds: float,
    say: Callable[[str], object],
) -> None:
    """Puts the rows of requests: each round asks the bare page first, then every course."""
    bare = Course(_bare(hello))
    seen = {name: Seen() for name in running}
    limit = Seen()
    for each in running.values():
        each.warm_up(stage.port)
    bare.run(hello, 0.5)
    for number in range(rounds):
        say(f"round {number + 1} of {rounds}")
        limit.add(bare.run(hello, seconds), 200)
        for name, course in running.items():
            seen[name].add(course.run(stage.port, seconds), course.expected)
    for name, some in seen.items():
        table.put(name, median_ratio(some.rates, limit.rates), some.words, limit=f"hello {limit.words}")
    home = 1000 * percentile(seen["home, signed out"].waits, 0.99)
    table.put("home, signed out, p99", home, f"{home:,.0f} ms of {len(seen['home, signed out'].waits):,} answers")


def _bare(port: int) -> Iterator[Request]:
    while True:
        yield get("/", port)
