"""The form a mentee fills in before booking: three short fields, the theme and how to meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.book import BookingRequest
from flashmeet.core.errors import UnknownTheme
from flashmeet.http.display import display_locale
from flashmeet.http.forms.reading import Form
from flashmeet.http.services import service
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import Mode
from flashmeet.themes.models import Theme
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.service import find_theme, note_choice, recognise_need, themes_by_name


class Brief(Form):
    """The brief as typed; the service validates it."""

    need: str = ""
    situation: str = ""
    good_hour: str = ""
    theme: str = ""
    mode: str = Mode.VIDEO
    place: str = ""
    share_phone: str = ""
    despite: str = ""
    """Filled where the page has said that their own calendar has something else then."""
    results: str = ""
    """The query of the search that led here."""

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Brief:
        return cls(**{name: fields[name].replace("\0", "") for name in cls.model_fields if name in fields})

    @property
    def fields(self) -> dict[str, str]:
        return self.model_dump()

    @property
    def message(self) -> str:
        """Question and situation, as the mentor reads them; "" without a question."""
        question, situation = self.need.strip(), self.situation.strip()
        return f"{question}\n\n{situation}" if question and situation else question

    def request(self, mentor_id: int, starts_at: datetime) -> BookingRequest:
        return BookingRequest(
            mentor_id=mentor_id,
            starts_at=starts_at,
            theme=self.theme,
            need=self.message,
            good_hour=self.good_hour,
            mode=self.mode,
            place=self.place,
            share_phone=bool(self.share_phone),
        )


def offered_themes(db: Session, mentor: Member) -> list[Theme]:
    """Returns the active themes this mentor helps with."""
    offered = {offer.theme_id for offer in mentor.offers}
    return [theme for theme in themes_by_name(db, display_locale()) if theme.id in offered]


def chosen_theme(db: Session, brief: Brief, offered: Sequence[Theme]) -> Theme | None:
    """Returns the theme named, else the one of the mentor's that the need is nearest to, else the mentor's first."""
    by_id = {theme.id: theme for theme in offered}
    named = _named(db, brief)
    if named is not None or not brief.need:
        wanted = [named.id] if named else []
    else:
        wanted = list(recognise_need(db, brief.need, by=service(UNDERSTANDING)).theme_ids)
    return next((by_id[theme_id] for theme_id in wanted if theme_id in by_id), next(iter(offered), None))


def learn_from(db: Session, brief: Brief, booking: Booking, *, now: datetime) -> None:
    """Learns from the theme of the booking, where the page would have proposed another one of the mentor's."""
    offered = {offer.theme_id for offer in booking.mentor.offers}
    found = recognise_need(db, brief.need, by=service(UNDERSTANDING))
    proposed = next((theme_id for theme_id in found.theme_ids if theme_id in offered), None)
    if proposed is not None and proposed != booking.theme_id:
        note_choice(db, booking.mentee_id, brief.need, booking.theme_id, understood=found.theme_id, now=now)


def _named(db: Session, brief: Brief) -> Theme | None:
    try:
        return find_theme(db, brief.theme) if brief.theme else None
    except UnknownTheme:
        return None
