"""What an announcement says, and when it leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flashmeet.core.errors import BadDate, Missing, PastDay
from flashmeet.core.intervals import clock_minutes
from flashmeet.core.zones import instant, local_date
from flashmeet.outreach.rules.campaigns import SUBJECT_CHARACTERS, TEXT_CHARACTERS
from flashmeet.outreach.rules.sending_hours import OPENS
from flashmeet.schedule.rules.availability import LAST_DAY
from flashmeet.schedule.rules.booked_hour import checked_text


@dataclass(frozen=True, slots=True)
class AnnouncementWords:
    """Subject and text by language. Who reads a language in which nothing was written gets the other."""

    titles: Mapping[str, str]
    text: Mapping[str, str]

    @classmethod
    def checked(cls, fields: Mapping[str, str], locales: Sequence[str]) -> AnnouncementWords:
        """Reads a form. At least one language has both subject and text, and none has one alone.

        Raises Missing, TooLong.
        """
        titles, texts = {}, {}
        for locale in locales:
            title = checked_text(f"subject_{locale}", fields.get(f"subject_{locale}", ""), most=SUBJECT_CHARACTERS)
            text = checked_text(f"text_{locale}", fields.get(f"text_{locale}", ""), most=TEXT_CHARACTERS)
            if title or text:
                titles[locale], texts[locale] = title, text
        if not titles:
            raise Missing(f"subject_{locales[0]}")
        for locale, title in titles.items():
            if not title:
                raise Missing(f"subject_{locale}")
            if not texts[locale]:
                raise Missing(f"text_{locale}")
        return cls(titles, texts)

    def kept(self) -> dict[str, object]:
        return {"titles": dict(self.titles), "text": dict(self.text)}


def checked_start(day: str, at: str, tzid: str, *, now: datetime) -> datetime:
    """Returns when the first mail may leave: now without a day, at nine without a time; on the network's clock.

    Of today, what is past means now. Raises BadDate, PastDay, BadTime.
    """
    if not day.strip():
        return now
    try:
        on = date.fromisoformat(day.strip())
    except ValueError:
        raise BadDate("send_on", value=day[:40]) from None
    if on > LAST_DAY:
        raise BadDate("send_on", value=day[:40])
    if on < local_date(now, tzid):
        raise PastDay("send_on")
    return max(now, instant(on, clock_minutes(at, field="send_at") if at.strip() else OPENS, tzid))
