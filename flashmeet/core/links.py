"""The addresses of pages, and the personal links that work without signing in.

A personal link names a row and carries an HMAC over it, the row's nonce and how often its member has renewed their
links: it can be shown again at any time, and a renewal revokes it. It is never stored.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from flashmeet.core.config import Config
from flashmeet.core.errors import NotFound
from flashmeet.core.link_kinds import (
    ADDRESS_BACK,
    AFTER,
    ASK,
    CALENDAR_QUESTION,
    CANCEL,
    COMING,
    CONFIRMATION,
    DECLINED,
    DEMO,
    FOLLOW_UP,
    HOURS,
    INACTIVITY_CHECK,
    INVITATION,
    JOIN,
    MAIL_OFF,
    MOVE,
    NO_SHOW,
    OFFER,
    PAUSE,
    REQUEST,
    RUNNING_LATE,
    SERIES,
    THEME_INVITATION,
    YEAR,
    LinkKind,
)
from flashmeet.core.numbers import number_or_none

_DIGEST_CHARACTERS = 43


@dataclass(frozen=True, slots=True)
class Links:
    """Builds the absolute addresses of one installation.

    `secret` signs; what one of the `former` keys has signed is still good. `generation` is how often the member for
    whom links are made has renewed them.
    """

    base_url: str
    secret: str = field(repr=False)
    former: tuple[str, ...] = field(default=(), repr=False)
    generation: int = 0

    @classmethod
    def of(cls, config: Config) -> Links:
        """Returns the links of one installation."""
        return cls(config.base_url, config.secret_key, config.former_keys)

    def given(self, generation: int) -> Links:
        """Returns links for a member who has renewed theirs so often (`Member.link_generation`)."""
        return replace(self, generation=generation)

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    def home(self) -> str:
        return f"{self.base_url}/"

    def booking(self, booking_id: int) -> str:
        return f"{self.base_url}/bookings/{booking_id}"

    def move(self, booking_id: int) -> str:
        return f"{self.booking(booking_id)}/move"

    def cancel(self, booking_id: int) -> str:
        return f"{self.booking(booking_id)}/cancel"

    def ics(self, booking_id: int) -> str:
        return f"{self.base_url}/api/v1/bookings/{booking_id}.ics"

    def feed(self, secret: str) -> str:
        """Returns the iCalendar feed of the member's bookings."""
        return f"{self.base_url}/calendar/{secret}.ics"

    def me(self) -> str:
        return f"{self.base_url}/me"

    def security(self) -> str:
        return f"{self.base_url}/me/security"

    def search(self, theme: str) -> str:
        """Returns the search for free hours on a theme, by its slug."""
        return f"{self.base_url}/search?{urlencode({'theme': theme})}"

    def mentor(self, mentor_id: int, *, theme: str) -> str:
        """Returns a mentor's page, for an hour on a theme by its slug."""
        return f"{self.base_url}/mentors/{mentor_id}?{urlencode({'theme': theme})}"

    def give(self, theme: str) -> str:
        """Returns the page on which a member starts offering hours on a theme, by its slug."""
        return f"{self.base_url}/give/{quote(theme, safe='')}"

    def join(self, seat_id: int, nonce: str) -> str:
        return self._at(JOIN, self.join_token(seat_id, nonce))

    def join_token(self, seat_id: int, nonce: str) -> str:
        return self.token(JOIN, seat_id, nonce)

    def after(self, seat_id: int, nonce: str) -> str:
        """Returns the link to say whether the booking took place, without signing in."""
        return self._at(AFTER, self.after_token(seat_id, nonce))

    def after_token(self, seat_id: int, nonce: str) -> str:
        return self.token(AFTER, seat_id, nonce)

    def reply_token(self, seat_id: int, nonce: str) -> str:
        """Returns the token that an invite carries to identify replies from its recipient's calendar."""
        return self._sign("reply", str(seat_id), nonce)

    def opens_reply(self, token: str, *, seat_id: int, nonce: str) -> bool:
        return self._signed(token, "reply", str(seat_id), nonce)

    def declined(self, seat_id: int, nonce: str) -> str:
        """Returns the link for the person whose calendar declined to decide what follows, without signing in."""
        return self._at(DECLINED, self.decline_token(seat_id, nonce))

    def decline_token(self, seat_id: int, nonce: str) -> str:
        return self.token(DECLINED, seat_id, nonce)

    def mailed_move(self, seat_id: int, nonce: str, starts_at: datetime) -> str:
        """Returns the link to move the booking while it begins then, without signing in."""
        return self._at(MOVE, self.change_token(MOVE, seat_id, nonce, starts_at))

    def mailed_cancel(self, seat_id: int, nonce: str, starts_at: datetime) -> str:
        """Returns the link to cancel the booking while it begins then, without signing in."""
        return self._at(CANCEL, self.change_token(CANCEL, seat_id, nonce, starts_at))

    def coming(self, seat_id: int, nonce: str, starts_at: datetime) -> str:
        """Returns the link to say that one comes to the booking that begins then, without signing in."""
        return self._at(COMING, self.change_token(COMING, seat_id, nonce, starts_at))

    def running_late(self, seat_id: int, nonce: str, starts_at: datetime) -> str:
        """Returns the link to say that one comes late to the booking that begins then, without signing in."""
        return self._at(RUNNING_LATE, self.change_token(RUNNING_LATE, seat_id, nonce, starts_at))

    def change_token(self, kind: LinkKind, seat_id: int, nonce: str, starts_at: datetime) -> str:
        return self.token(kind, seat_id, nonce, shown=(f"{starts_at:%Y%m%dT%H%MZ}",))

    def ask(self, ask_id: int, nonce: str) -> str:
        """Returns the link for a mentor to answer a request, without signing in."""
        return self._at(ASK, self.ask_token(ask_id, nonce))

    def ask_token(self, ask_id: int, nonce: str) -> str:
        return self.token(ASK, ask_id, nonce)

    def request(self, request_id: int, mentee_id: int) -> str:
        """Returns the link for a mentee to follow a request, without signing in."""
        return self._at(REQUEST, self.request_token(request_id, mentee_id))

    def request_token(self, request_id: int, mentee_id: int) -> str:
        return self.token(REQUEST, request_id, str(mentee_id))

    def offer(self, offer_id: int, nonce: str) -> str:
        """Returns the link to take or pass on a freed hour, without signing in."""
        return self._at(OFFER, self.offer_token(offer_id, nonce))

    def offer_token(self, offer_id: int, nonce: str) -> str:
        return self.token(OFFER, offer_id, nonce)

    def inactivity_check(self, question_id: int, nonce: str) -> str:
        """Returns the link for a mentor to confirm that they are still active, without signing in."""
        return self._at(INACTIVITY_CHECK, self.inactivity_check_token(question_id, nonce))

    def inactivity_check_token(self, question_id: int, nonce: str) -> str:
        return self.token(INACTIVITY_CHECK, question_id, nonce)

    def pause(self, nudge_id: int, nonce: str) -> str:
        """Returns the link to accept an offered pause, without signing in."""
        return self._at(PAUSE, self.pause_token(nudge_id, nonce))

    def pause_token(self, nudge_id: int, nonce: str) -> str:
        return self.token(PAUSE, nudge_id, nonce)

    def theme_invitation(self, member_id: int, theme_id: int) -> str:
        """Returns the link to say that a theme is not for the member who was invited to it, without signing in."""
        return self._at(THEME_INVITATION, self.theme_invitation_token(member_id, theme_id))

    def theme_invitation_token(self, member_id: int, theme_id: int) -> str:
        return self.token(THEME_INVITATION, member_id, shown=(str(theme_id),))

    def address_back(self, change_id: int, nonce: str) -> str:
        """Returns the link to take an account back to the address that was left, without signing in."""
        return self._at(ADDRESS_BACK, self.address_back_token(change_id, nonce))

    def address_back_token(self, change_id: int, nonce: str) -> str:
        return self.token(ADDRESS_BACK, change_id, nonce)

    def joining(self) -> str:
        """Returns the address where anybody asks to join."""
        return f"{self.base_url}/welcome"

    def page(self, path: str) -> str:
        """Returns the address of any page by its path."""
        return f"{self.base_url}{path}"

    def hours(self, member_id: int, month: str) -> str:
        """Returns the link for a mentor to publish hours with one button, without signing in; for one month's mail."""
        return self._at(HOURS, self.hours_token(member_id, month))

    def hours_token(self, member_id: int, month: str) -> str:
        return self.token(HOURS, member_id, month)

    def follow_up(self, seat_id: int, nonce: str, days: int) -> str:
        """Returns the link for a mentee to report the outcome `days` days later, without signing in."""
        return self._at(FOLLOW_UP, self.follow_up_token(seat_id, nonce, days))

    def follow_up_token(self, seat_id: int, nonce: str, days: int) -> str:
        return self.token(FOLLOW_UP, seat_id, nonce, shown=(str(days),))

    def series(self, series_id: int, member_id: int, nonce: str) -> str:
        """Returns the link to a series for one of its two members, without signing in."""
        return self._at(SERIES, self.series_token(series_id, member_id, nonce))

    def series_token(self, series_id: int, member_id: int, nonce: str) -> str:
        return self.token(SERIES, series_id, str(member_id), nonce)

    def absence(self, absence_id: int, nonce: str) -> str:
        """Returns the link to contest a reported no-show, without signing in."""
        return self._at(NO_SHOW, self.absence_token(absence_id, nonce))

    def absence_token(self, absence_id: int, nonce: str) -> str:
        return self.token(NO_SHOW, absence_id, nonce)

    def confirm(self, seat_id: int, nonce: str) -> str:
        """Returns the link for a mentee to confirm a booking, without signing in."""
        return self._at(CONFIRMATION, self.confirm_token(seat_id, nonce))

    def confirm_token(self, seat_id: int, nonce: str) -> str:
        return self.token(CONFIRMATION, seat_id, nonce)

    def blocked(self) -> str:
        """Returns the page of members whom the member has blocked."""
        return f"{self.base_url}/me/blocked"

    def case(self, case_id: int) -> str:
        return f"{self.base_url}/admin/cases/{case_id}"

    def google_hook(self) -> str:
        """Returns the webhook that Google calls when a calendar changes."""
        return f"{self.base_url}/hooks/google"

    def push_token(self, channel: str) -> str:
        """Returns the token that a provider sends back with each push of that channel."""
        return self._sign("push", channel)

    def opens_push(self, token: str, *, channel: str) -> bool:
        return self._signed(token, "push", channel)

    def mail_off(self, member_id: int, category: str) -> str:
        """Returns the link to stop a category of mails for a member, without signing in (RFC 8058)."""
        return self._at(MAIL_OFF, self.mail_off_token(member_id, category))

    def mail_off_token(self, member_id: int, category: str) -> str:
        return self.token(MAIL_OFF, member_id, shown=(category,))

    def calendar_question(self, question_id: int, nonce: str) -> str:
        """Returns the link to answer a question about a calendar change, without signing in."""
        return self._at(CALENDAR_QUESTION, self.calendar_question_token(question_id, nonce))

    def calendar_question_token(self, question_id: int, nonce: str) -> str:
        return self.token(CALENDAR_QUESTION, question_id, nonce)

    def calendars(self) -> str:
        return f"{self.base_url}/me/calendars"

    def notifications(self) -> str:
        return f"{self.base_url}/me/notifications"

    def welcome(self, invitation_id: int, nonce: str) -> str:
        """Returns an invitation link, which opens the form for joining."""
        return self._at(INVITATION, self.invitation_token(invitation_id, nonce))

    def invitation_token(self, invitation_id: int, nonce: str) -> str:
        return self.token(INVITATION, invitation_id, nonce)

    def year(self, person_id: int, member_id: int) -> str:
        """Returns the link to answer a question of the year, without signing in."""
        return self._at(YEAR, self.year_token(person_id, member_id))

    def year_token(self, person_id: int, member_id: int) -> str:
        return self.token(YEAR, person_id, str(member_id))

    def demo(self, member_id: int) -> str:
        """Returns the page that signs in as this member with one button; it works only in a demo."""
        return self._at(DEMO, self._demo_token(member_id))

    def one_time(self, token: str) -> str:
        """Returns the page that signs an administrator in once, after `flashmeet admin reset`."""
        return f"{self.base_url}/sign-in/once/{token}"

    def _demo_token(self, member_id: int) -> str:
        return self.token(DEMO, member_id)

    def token(self, kind: LinkKind, number: int, *facts: str, shown: Sequence[str] = ()) -> str:
        """Returns the token of a personal link: the row and `shown`, signed together with `facts`."""
        signed = self._sign(*self._parts(kind, number, facts, shown, self.generation))
        return "-".join((str(number), *shown, signed))

    def opens(self, kind: LinkKind, token: str, *facts: str, shown: Sequence[str] = ()) -> bool:
        """Whether the token is of that kind, for the row it names and its present `facts`. Raises NotFound."""
        return self._opens(kind, token, facts, shown, self.generation)

    def opened(self, kind: LinkKind, token: str, *facts: str, shown: Sequence[str] = ()) -> bool:
        """Whether the token would open the row, had its member not renewed their links since. Raises NotFound."""
        return any(self._opens(kind, token, facts, shown, earlier) for earlier in reversed(range(self.generation)))

    def _at(self, kind: LinkKind, token: str) -> str:
        return f"{self.base_url}{kind.path}{token}"

    def _opens(self, kind: LinkKind, token: str, facts: Sequence[str], shown: Sequence[str], generation: int) -> bool:
        number = number_in(token)
        parts, head = self._parts(kind, number, facts, shown, generation), "-".join((str(number), *shown, ""))
        return token.startswith(head) and self._signed(token.removeprefix(head), *parts)

    def _parts(
        self, kind: LinkKind, number: int, facts: Sequence[str], shown: Sequence[str], generation: int
    ) -> tuple[str, ...]:
        renewed = (f"renewed {generation}",) if kind.renewable and generation else ()
        return (kind.purpose, str(number), *shown, *facts, *renewed)

    def _signed(self, signature: str, *parts: str) -> bool:
        """Whether one of our keys has signed these parts."""
        given = signature.encode(errors="replace")
        return any(hmac.compare_digest(given, _digest(key, parts).encode()) for key in (self.secret, *self.former))

    def _sign(self, *parts: str) -> str:
        return _digest(self.secret, parts)


def _digest(key: str, parts: Sequence[str]) -> str:
    return hmac.new(key.encode(), "\0".join(parts).encode(), "sha256").hexdigest()[:_DIGEST_CHARACTERS]


_PERSONAL = re.compile(r"(?<=\d)-(?:\w{1,24}-)?[0-9a-f]{43}(?![0-9a-f])")
"""How the token of a personal link ends: what it shows, and the signature."""


def without_personal_links(text: str) -> str:
    """Returns the text with `[…]` for each personal link, however a mail program has wrapped it: whoever has one acts
    in its member's name."""
    lines = text.split("\n") if _PERSONAL.search(text) else ()
    kept = ("".join("[…]" if _PERSONAL.search(each) else each for each in _GAP.split(line)) for line in lines)
    return "\n".join(kept) if lines else text


_GAP = re.compile(r"(\s+)")


def shown_in(token: str) -> str:
    """Returns the part of a token between row and signature, or ""."""
    return token.partition("-")[2].rpartition("-")[0]


def number_in(token: str) -> int:
    """Returns the row that a token names, unverified. Raises NotFound."""
    number = number_or_none(token.partition("-")[0])
    if number is None:
        raise NotFound
    return number
