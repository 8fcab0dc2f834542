"""The request form as sent, and the request that it asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from flask import request

from flashmeet.core.errors import BadDate, NotFound
from flashmeet.core.numbers import number_or_none
from flashmeet.http.forms.drafts import kept_fields
from flashmeet.http.forms.reading import typed_times
from flashmeet.requests.rules.ways_asked import SeriesWish
from flashmeet.requests.service.create import Asking

THEIRS = "theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestForm:
    """The form as typed."""

    mentor: str
    theme: str
    need: str
    good_hour: str
    mode: str
    place: str
    share_phone: bool
    any_time: bool
    times: tuple[str, ...]
    """As typed in the fields; `chips` are those that were tapped, which are proposed whatever else is chosen."""
    chips: tuple[str, ...]
    proposed: tuple[str, ...]
    rhythm: str = ""
    until: str = ""

    @classmethod
    def parse(cls) -> RequestForm:
        """Reads the form as sent, the draft kept while signing in, or the query string."""
        form = request.form or kept_fields() or request.args
        said = {name: form.get(name, "").replace("\0", "").strip() for name in ("mentor", "theme", "need", "good_hour")}
        times, chips = tuple(form.getlist("time")), tuple(form.getlist("chip"))
        theirs = form.get("when", "" if any(times) else THEIRS) == THEIRS
        return cls(
            **said,
            mode=form.get("mode", "video"),
            place=form.get("place", ""),
            share_phone="share_phone" in form,
            any_time=theirs and not chips,
            times=times,
            proposed=(*chips, *(() if theirs else times)),
            chips=chips,
            rhythm=form.get("rhythm", ""),
            until=form.get("until", ""),
        )

    @property
    def mentor_id(self) -> int | None:
        """The mentor's id, None for a theme. Raises NotFound."""
        if not self.mentor:
            return None
        number = number_or_none(self.mentor)
        if number is None:
            raise NotFound
        return number

    def asking(self, tzid: str) -> Asking:
        """Returns the request to make. Raises BadDate, NotFound."""
        return Asking(
            theme=self.theme,
            need=self.need,
            mentor_id=self.mentor_id,
            times=() if self.any_time else typed_times(self.proposed, tzid),
            any_time=self.any_time,
            good_hour=self.good_hour,
            mode=self.mode,
            place=self.place,
            share_phone=self.share_phone,
            series=self._series(),
        )

    def _series(self) -> SeriesWish | None:
        """Returns the series wished for; None where one hour is. Raises BadInput, BadDate."""
        if not self.rhythm:
            return None
        try:
            return SeriesWish(number_or_none(self.rhythm, most=99) or 0, date.fromisoformat(self.until))
        except ValueError as error:
            raise BadDate("ends_on", value=self.until[:40]) from error

    def with_wish(self, wish: SeriesWish) -> RequestForm:
        return replace(self, rhythm=str(wish.rhythm_weeks), until=wish.ends_on.isoformat())
