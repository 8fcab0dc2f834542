"""A mentor's booking policy as a form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Annotated, Any

from pydantic import BeforeValidator
from werkzeug.datastructures import MultiDict

from flashmeet.core.errors import BadInput
from flashmeet.core.numbers import number_or_none, plain_digits
from flashmeet.core.settings.policies import Confirm, Policy
from flashmeet.http.forms.reading import Form, reads
from flashmeet.i18n.catalogue import translations
from flashmeet.i18n.times import duration
from flashmeet.schedule.rules.free_now import SHORT_NOTICE

NOTICES = {str(SHORT_NOTICE): SHORT_NOTICE, "120": 120, "720": 720, "2880": 2_880}
"""Short notice, two hours, the day before, two days; values in minutes."""
OTHER = "other"
NUMBERS = ("start_every", "buffer_before", "buffer_after", "horizon_days")
GREATEST = 999_999_999
LIMITS = ("per_day", "per_week", "per_month")
_HOURS = re.compile(r"\d{1,5}(?:[.,]\d{1,4})?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedPolicy:
    """The fields as text. An empty limit is no limit; `notice` is one of `NOTICES`, or `OTHER` with `notice_hours`."""

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


def _in_policy(name: str, read: Callable[[Any], Any]) -> BeforeValidator:
    """What `read` makes of the text, where a Policy may have it."""

    def value(typed: Any, _: object) -> object:  # noqa: ANN401  # a text, several, or the two of a notice
        meant = read(typed)
        replace(Policy(), **{name: meant})
        return meant

    return reads(value)


def _number(name: str) -> BeforeValidator:
    return _in_policy(name, lambda text: _whole(name, text))


def _limit(name: str) -> BeforeValidator:
    return _in_policy(name, lambda text: _whole(name, text) if text else None)


def _durations(texts: Iterable[str]) -> tuple[int, ...]:
    return tuple(sorted({_whole("durations", text) for text in texts}))


def _notice_minutes(typed: tuple[str, str]) -> int:
    notice, hours = typed
    if notice in NOTICES:
        return NOTICES[notice]
    plain = plain_digits(hours)
    if not _HOURS.fullmatch(plain):
        raise BadInput("notice_minutes", value=hours)
    return round(float(plain.replace(",", ".")) * 60)


def _confirm(text: str) -> Confirm:
    if text not in set(Confirm):
        raise BadInput("confirm", value=text)
    return Confirm(text)


def _whole(name: str, text: str) -> int:
    number = number_or_none(text, most=GREATEST)
    if number is None:
        raise BadInput(name, value=text)
    return number


class PolicyForm(Form):
    """Faults are at the policy's own field names."""

    durations: Annotated[tuple[int, ...], _in_policy("durations", _durations)]
    start_every: Annotated[int, _number("start_every")]
    buffer_before: Annotated[int, _number("buffer_before")]
    buffer_after: Annotated[int, _number("buffer_after")]
    notice_minutes: Annotated[int, _in_policy("notice_minutes", _notice_minutes)]
    horizon_days: Annotated[int, _number("horizon_days")]
    confirm: Annotated[Confirm, _in_policy("confirm", _confirm)]
    per_day: Annotated[int | None, _limit("per_day")]
    per_week: Annotated[int | None, _limit("per_week")]
    per_month: Annotated[int | None, _limit("per_month")]

    @classmethod
    def gathered(cls, form: MultiDict[str, str]) -> dict[str, object]:
        typed = TypedPolicy.from_form(form)
        texts = {name: getattr(typed, name) for name in PolicyForm.model_fields if name != "notice_minutes"}
        return {**texts, "notice_minutes": (typed.notice, typed.notice_hours)}

    @property
    def policy(self) -> Policy:
        return Policy(**{name: getattr(self, name) for name in PolicyForm.model_fields})


Choice = tuple[str, str]

DURATIONS, STEPS, RESTS = (30, 45, 60, 90, 120), (15, 30, 60), (0, 15, 30, 45, 60)
HORIZONS, COUNTS = (14, 28, 56, 84, 182, 364), (1, 2, 3, 4, 5, 6, 8, 10)
_DAY = 1440


def policy_choices(typed: TypedPolicy, locale: str) -> dict[str, list[Choice]]:
    """Returns (value, label) pairs per field of the form."""
    return {
        "durations": _minutes(DURATIONS, typed.durations, locale),
        "start_every": _minutes(STEPS, [typed.start_every], locale),
        "buffer_before": _minutes(RESTS, [typed.buffer_before], locale),
        "buffer_after": _minutes(RESTS, [typed.buffer_after], locale),
        "horizon_days": _with(typed.horizon_days, [(str(days), duration(days * _DAY, locale)) for days in HORIZONS]),
        **{name: _counts(str(getattr(typed, name)), locale) for name in LIMITS},
    }


def _minutes(offered: Iterable[int], chosen: Iterable[str], locale: str) -> list[Choice]:
    typed = (number_or_none(text, most=GREATEST) for text in chosen)
    known = {*offered, *(minutes for minutes in typed if minutes is not None)}
    choices = [(str(minutes), duration(minutes, locale)) for minutes in sorted(known)]
    for text in chosen:
        choices = _with(text, choices)
    return choices


def _counts(chosen: str, locale: str) -> list[Choice]:
    none = ("", translations(locale).gettext("no limit"))
    return _with(chosen, [none, *((str(count), str(count)) for count in COUNTS)])


def _with(chosen: str, choices: list[Choice]) -> list[Choice]:
    """Returns the choices, extended by what was typed."""
    return choices if chosen in dict(choices) else [*choices, (chosen, chosen)]
