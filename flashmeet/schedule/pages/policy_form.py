"""How a mentor's hours may be booked, as it is typed and chosen on the page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import create_model
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput
from flashmeet.core.settings.policies import Policy
from flashmeet.http.forms import Faults, Form, read_gathered, reads
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.times import duration

NOTICES = {"120": 120, "720": 720, "2880": 2_880}
"""2 h, the day before, 2 days."""
OTHER = "other"
NUMBERS = ("start_every", "buffer_before", "buffer_after", "horizon_days")
LIMITS = ("per_day", "per_week", "per_month")
FIELDS = ("durations", "notice_minutes", "confirm", *NUMBERS, *LIMITS)
_HOURS = re.compile(r"\d{1,5}(?:[.,]\d{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPolicy:
    """Everything as text. An empty limit is no limit; `notice` is one of NOTICES, or OTHER with `notice_hours`."""

    start_every: str
    durations: tuple[str, ...]
    notice: str
    notice_hours: str
    horizon_days: str
    buffer_before: str
    buffer_after: str
    confirm: str
    per_day: str
    per_week: str
    per_month: str

    @classmethod
    def from_form(cls, form: MultiDict[str, str]) -> TypedPolicy:
        names = ("notice", "notice_hours", "confirm", *NUMBERS, *LIMITS)
        texts: dict[str, Any] = {name: form.get(name, "").strip() for name in names}
        return cls(durations=tuple(form.getlist("durations")), **texts)

    @classmethod
    def from_policy(cls, policy: Policy) -> TypedPolicy:
        notice = str(policy.notice_minutes)
        texts: dict[str, Any] = {name: str(getattr(policy, name)) for name in NUMBERS}
        limits = {name: str(getattr(policy, name) or "") for name in LIMITS}
        return cls(
            durations=tuple(str(minutes) for minutes in policy.durations),
            notice=notice if notice in NOTICES else OTHER,
            notice_hours="" if notice in NOTICES else f"{round(policy.notice_minutes / 60, 4):g}",
            confirm=policy.confirm,
            **texts,
            **limits,
        )

    def read(self, faults: Faults) -> Policy | None:
        """None where something cannot be read; `faults` says what, at the policy's own field names."""
        read = read_gathered(PolicyForm, dict.fromkeys(FIELDS, self))
        if isinstance(read, Faults):
            for place, refusal in read.items():
                faults.setdefault(place, refusal)
        return None if faults or isinstance(read, Faults) else Policy(**read.model_dump())

    def value(self, name: str) -> Any:  # noqa: ANN401  # what a Policy takes differs by field
        if name == "durations":
            return tuple(sorted({_number(name, text) for text in self.durations}))
        if name == "notice_minutes":
            return self._notice_minutes()
        if name == "confirm":
            return _confirm(self.confirm)
        text = str(getattr(self, name))
        return None if name in LIMITS and not text else _number(name, text)

    def _notice_minutes(self) -> int:
        if self.notice in NOTICES:
            return NOTICES[self.notice]
        if not _HOURS.fullmatch(self.notice_hours):
            raise BadInput("notice_minutes", value=self.notice_hours)
        return round(float(self.notice_hours.replace(",", ".")) * 60)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadInput(name, value=text)
    return int(text)


def _confirm(text: str) -> str:
    if text not in ("instant", "ask"):
        raise BadInput("confirm", value=text)
    return text


def _field(name: str) -> Any:  # noqa: ANN401  # what a Policy takes differs by field
    def read(typed: TypedPolicy, _: object) -> object:
        value = typed.value(name)
        replace(Policy(), **{name: value})
        return value

    return Annotated[Any, reads(read)]


_FIELDS: dict[str, Any] = {name: (_field(name), ...) for name in FIELDS}
PolicyForm: type[Form] = create_model("PolicyForm", __base__=Form, **_FIELDS)


Choice = tuple[str, str]

DURATIONS, STEPS, RESTS = (30, 45, 60, 90, 120), (15, 30, 60), (0, 15, 30, 45, 60)
HORIZONS, COUNTS = (14, 28, 56, 84, 182, 364), (1, 2, 3, 4, 5, 6, 8, 10)
_DAY = 1440


def policy_choices(typed: TypedPolicy, locale: str) -> dict[str, list[Choice]]:
    """(value, words) per field of the form."""
    return {
        "durations": _minutes(DURATIONS, typed.durations, locale),
        "start_every": _minutes(STEPS, [typed.start_every], locale),
        "buffer_before": _minutes(RESTS, [typed.buffer_before], locale),
        "buffer_after": _minutes(RESTS, [typed.buffer_after], locale),
        "horizon_days": _with(typed.horizon_days, [(str(days), duration(days * _DAY, locale)) for days in HORIZONS]),
        **{name: _counts(str(getattr(typed, name)), locale) for name in LIMITS},
    }


def _minutes(offered: Iterable[int], chosen: Iterable[str], locale: str) -> list[Choice]:
    known = {text for text in chosen if _is_number(text)} | {str(minutes) for minutes in offered}
    choices = [(text, duration(int(text), locale)) for text in sorted(known, key=int)]
    for text in chosen:
        choices = _with(text, choices)
    return choices


def _counts(chosen: str, locale: str) -> list[Choice]:
    none = ("", translations(locale).gettext("no limit"))
    return _with(chosen, [none, *((str(count), str(count)) for count in COUNTS)])


def _with(chosen: str, choices: list[Choice]) -> list[Choice]:
    """What was typed stays a choice, whatever it is."""
    return choices if chosen in dict(choices) else [*choices, (chosen, chosen)]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
