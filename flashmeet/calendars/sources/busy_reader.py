"""The time that a calendar file makes busy: never less than its writer meant.

Whatever cannot be read is busy as far as it is known: from the first occurrence on if the recurrence cannot be read,
the whole day if the end cannot. An event whose time cannot be read at all is reported by title, so that its owner can
be asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flashmeet.calendars.sources.content_lines import Component, Property, parse_components
from flashmeet.calendars.sources.file_zones import FileZones, NamedZone, file_zones
from flashmeet.calendars.sources.moments import DAY, UTC_ZONE, Moment, read_day, read_length, read_moment
from flashmeet.calendars.sources.occurrences import (
    BROKEN,
    Event,
    LeftOut,
    Override,
    after_change,
    farthest,
    first_moment,
    is_replaced,
    midnight_of,
    moved_end,
    override_of,
    period,
)
from flashmeet.calendars.sources.recurrences import EndlessRule, occurrences, read_rule
from flashmeet.calendars.sources.timetable_habits import is_timetable, read_as_meant
from flashmeet.core.intervals import Interval, merged
from flashmeet.core.mail_addresses import comparable
from flashmeet.core.provider_faults import TooCostly

MOST_SPANS, MOST_DATES = 200_000, 200_000
LONGEST_TITLE = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All components of one UID. `busy` is within the window, merged; the first occurrence is given, busy or not.

    `unread` is the title of an event that could not be read in full, None where all could. `takes_time`: something in
    it is busy, in the window or not.
    """

    uid: str
    busy: tuple[Interval, ...]
    starts_at: datetime | None
    ends_at: datetime | None
    cancelled: bool
    unread: str | None = None
    takes_time: bool = True


def readings(data: bytes, *, window: Interval, tzid: str, me: str = "", timetable: bool = False) -> list[Reading]:
    """Returns one reading per UID. Floating times and dates are in `tzid`, or in the zone that the file names.

    `me` is the address whose decline frees the time; `timetable`: the file is that of a school, which it may tell too.
    Raises Unreadable where the data is no calendar, TooCostly where it holds more than a calendar does.
    """
    calendars = parse_components(data)
    reader = _Reader(window, me.lower())
    by_uid: dict[str, list[tuple[Component, FileZones]]] = {}
    for calendar in calendars:
        if timetable or is_timetable(calendar):
            read_as_meant(calendar)
        zones = file_zones(calendar, calendars, here=NamedZone(tzid))
        for event in calendar.walk("VEVENT", "VFREEBUSY"):
            uid = event.value("UID") if event.name == "VEVENT" else ""
            by_uid.setdefault(uid or f"no-uid-{len(by_uid)}", []).append((event, zones))
    return [reader.read(uid, components) for uid, components in by_uid.items()]


@dataclass(slots=True)
class _Reader:
    window: Interval
    me: str
    spans: int = 0
    dates: int = 0

    def read(self, uid: str, components: Sequence[tuple[Component, FileZones]]) -> Reading:
        notes = _Notes()
        events, overrides, busy = list[Event](), list[Override](), list[Interval]()
        for component, zones in components:
            if component.name == "VFREEBUSY":
                busy += self._free_busy(component, zones, notes)
                continue
            event = self._event(component, zones, notes)
            if event is None:
                continue
            override = override_of(event)
            if override is not None:
                overrides.append(override)
            else:
                events.append(event)
        shared = len(events) > 1 or len({each.at for each in overrides}) < len(overrides)
        for event in events:
            busy += self._series(event, overrides, notes, shared=shared)
        for each in overrides:
            busy += self._series(each.event, (), notes)
        first = events[0] if events else overrides[0].event if overrides else None
        return Reading(
            uid=uid,
            busy=tuple(merged(busy)),
            starts_at=first.span.start if first else None,
            ends_at=first.span.end if first else None,
            cancelled=all(_status(component) == "CANCELLED" for component, _ in components),
            unread=notes.title,
            takes_time=bool(busy) or any(self._takes_time(component) for component, _ in components),
        )

    def _event(self, component: Component, zones: FileZones, notes: _Notes) -> Event | None:
        """Returns None if its time cannot be read; reports it, unless it is free anyway.

        Where at least its day can be read, it takes that day.
        """
        free = not self._takes_time(component)
        try:
            start = first_moment(component, "DTSTART", zones)
            if start is None:
                raise ValueError("no start")
            if not start.sure and not free:
                notes.add(component)
            return self._measured(component, zones, start, free, notes)
        except BROKEN:
            if not free:
                notes.add(component)
            return self._on_its_day(component, zones, free)

    def _on_its_day(self, component: Component, zones: FileZones, free: bool) -> Event | None:
        for told in component.all("DTSTART"):
            try:
                start = read_day(told, zones)
                ends = [UTC_ZONE.earliest(each) for each in (start.wall, start.wall + DAY)]
                span = Interval(
                    min(midnight_of(start.wall, start), ends[0]), max(midnight_of(start.wall + DAY, start), ends[1])
                )
                return Event(component, zones, start, span, DAY, span.end - span.start, free)
            except BROKEN:
                continue
        return None

    def _measured(self, component: Component, zones: FileZones, start: Moment, free: bool, notes: _Notes) -> Event:
        """DTEND, else DURATION, else a day for a day and nothing for a time; a negative length is turned round."""
        nominal: timedelta | None = None
        try:
            end = first_moment(component, "DTEND", zones)
            told = component.value("DURATION")
            if end is None and told:
                nominal = read_length(told)
                end = Moment(start.wall + nominal, start.zone, day=start.day)
            elif end is None:
                end = start
            elif end.zone is start.zone or end.zone == start.zone:
                nominal = end.wall - start.wall
        except BROKEN:
            if not free:
                notes.add(component)
            end = Moment(datetime.combine(start.wall.date(), datetime.min.time()) + DAY, start.zone, day=True)
        if start.day and end.day:
            nominal = max((end.wall - start.wall) // DAY * DAY, DAY)
            span = Interval(midnight_of(start.wall, start), midnight_of(start.wall + nominal, start))
        else:
            low, high = start.earliest, end.latest
            if nominal is not None and "DTEND" not in dict(component.lines):
                high = max(high, start.latest + nominal) if nominal > timedelta() else high
            if end.day and high <= low:
                high = end.zone.midnight((end.wall + DAY).date())
            span = Interval(min(low, high), max(low, high))
            nominal = abs(nominal) if nominal is not None and nominal > timedelta() else None
        return Event(component, zones, start, span, nominal, span.end - span.start, free)

    def _series(
        self, event: Event, overrides: Sequence[Override], notes: _Notes, *, shared: bool = False
    ) -> list[Interval]:
        """Returns all occurrences, without excluded and changed ones; after a change `onwards`, as changed.

        `shared`: the changes may be those of another series with the same UID, or contradict each other.
        """
        names = {name for name, _ in event.component.lines}
        if not names & {"RRULE", "RDATE"}:
            return list(self._kept(event, [event.span]))  # readers see no occurrence in it that could be changed
        if event.free and not any(each.onwards for each in overrides):
            return []
        left_out = self._left_out(event)
        found: list[Interval] = []
        try:
            for wall in self._walls(event, overrides):
                at = Moment(wall, event.start.zone, day=event.start.day, floating=event.start.floating)
                if not left_out.names(at) and not is_replaced(at, overrides):
                    followed, spans = after_change(event, at, overrides)
                    found += self._kept(followed, spans)
                    if shared and followed is not event:  # whose change it is, the file does not say
                        found += self._kept(event, [event.at(wall)])
            for span, at in self._extra_periods(event):
                if not left_out.names(at) and not is_replaced(at, overrides):
                    found += self._kept(event, [span])
                    followed, spans = after_change(event, at, overrides)
                    if followed is not event:  # readers differ in whether a change `onwards` moves it too
                        found += self._kept(followed, spans)
        except (EndlessRule, *BROKEN):
            notes.add(event.component)
            found += self._kept(event, [Interval(event.span.start, max(self.window.end, event.span.end))])
        return found

    def _walls(self, event: Event, overrides: Sequence[Override]) -> Iterator[datetime]:
        """Yields each wall time once; the first occurrence too, whether or not a rule includes it.

        Among them are those outside the window that a change `onwards` brings into it.
        """
        later, earlier, longest = farthest(event, overrides)
        low = self.window.start.replace(tzinfo=None) - (2 * DAY + longest + later)
        high = self.window.end.replace(tzinfo=None) + (2 * DAY + earlier)
        seen = {event.start.wall}
        yield event.start.wall
        for told in event.component.all("RRULE"):
            for wall in occurrences(read_rule(told, event.zones), event.start, low, high):
                if wall not in seen:
                    seen.add(wall)
                    yield wall

    def _extra_periods(self, event: Event) -> Iterator[tuple[Interval, Moment]]:
        """Yields RDATE's times, dates and periods, each in its property's zone. Raises ValueError."""
        for told in event.component.all("RDATE"):
            for value in self._items(told):
                start, slash, end = value.partition("/")
                at = read_moment(start, told, event.zones)
                if slash:
                    yield period(at, end, told, event.zones), at
                elif at.day and not event.start.day:
                    yield Interval(at.earliest, midnight_of(at.wall + DAY, at)), at
                else:
                    yield Interval(at.earliest, moved_end(event, at)), at

    def _items(self, told: Property) -> list[str]:
        """Returns the values, ignoring a trailing comma."""
        found = [each.strip() for each in told.value.split(",")]
        self.dates += len(found)
        if self.dates > MOST_DATES:
            raise TooCostly("too many dates")
        return [each for each in found if each]

    def _left_out(self, event: Event) -> LeftOut:
        """Returns the EXDATEs; unreadable ones exclude nothing."""
        made = LeftOut(set(), set())
        for told in event.component.all("EXDATE"):
            for value in self._items(told):
                try:
                    made.add(read_moment(value, told, event.zones))
                except BROKEN:
                    continue
        return made

    def _free_busy(self, component: Component, zones: FileZones, notes: _Notes) -> Iterator[Interval]:
        """Yields what is not FREE, which counts as busy (RFC 5545 §3.6.4)."""
        for told in component.all("FREEBUSY"):
            if told.params.get("FBTYPE", "BUSY").upper() == "FREE":
                continue
            for value in self._items(told):
                try:
                    start, _, end = value.partition("/")
                    span = period(read_moment(start, told, zones), end, told, zones)
                except BROKEN:
                    notes.add(component)
                    continue
                yield from self._cut([span])

    def _kept(self, event: Event, spans: Iterable[Interval]) -> Iterator[Interval]:
        if not event.free:
            yield from self._cut(spans)

    def _cut(self, spans: Iterable[Interval]) -> Iterator[Interval]:
        for span in spans:
            cut = Interval(max(span.start, self.window.start), min(span.end, self.window.end))
            if cut.start < cut.end:
                self.spans += 1
                if self.spans > MOST_SPANS:
                    raise TooCostly("too much to lay out")
                yield cut

    def _takes_time(self, component: Component) -> bool:
        """Whether it is busy; contradictory values, such as OPAQUE and Outlook's FREE, count as busy."""
        if component.name == "VFREEBUSY":
            return any(
                each.params.get("FBTYPE", "BUSY").upper() != "FREE" and each.value.strip()
                for each in component.all("FREEBUSY")
            )
        shown = component.value("TRANSP").upper()
        outlook = component.value("X-MICROSOFT-CDO-BUSYSTATUS").upper()
        free = shown == "TRANSPARENT" or (outlook == "FREE" and shown != "OPAQUE")
        return not (free or _status(component) == "CANCELLED" or (self.me and self._declined(component)))

    def _declined(self, component: Component) -> bool:
        mine = [each for each in component.all("ATTENDEE") if _address(each.value) == self.me]
        return bool(mine) and all(each.params.get("PARTSTAT", "").upper() == "DECLINED" for each in mine)


@dataclass(slots=True)
class _Notes:
    """Keeps the title of the first event that could not be read."""

    title: str | None = None

    def add(self, component: Component) -> None:
        if self.title is None:
            self.title = " ".join(component.text("SUMMARY").split())[:LONGEST_TITLE]


def _status(component: Component) -> str:
    return component.value("STATUS").upper()


def _address(value: str) -> str:
    plain = value.strip().lower().removeprefix("mailto:")
    return plain if plain.isascii() else comparable(plain)
