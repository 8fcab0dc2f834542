"""The addresses of pages, and the personal links that open a door without a sign-in.

A personal link names a row and carries an HMAC over it and the row's nonce: it can be shown again at any time, and a
new nonce revokes it. It is never stored.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode, urlsplit

from flashmeet.core.errors import NotFound

_DIGEST_CHARACTERS = 43


@dataclass(frozen=True, slots=True)
class Links:
    """Absolute addresses of one installation."""

    base_url: str
    secret: str = field(repr=False)

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
        """The member's sessions, for a calendar that subscribes to them."""
        return f"{self.base_url}/calendar/{secret}.ics"

    def me(self) -> str:
        return f"{self.base_url}/me"

    def search(self, theme: str) -> str:
        """The free hours of a theme, by its slug."""
        return f"{self.base_url}/search?{urlencode({'theme': theme})}"

    def mentor(self, mentor_id: int, *, theme: str) -> str:
        """A mentor's page, for an hour on a theme by its slug."""
        return f"{self.base_url}/mentors/{mentor_id}?{urlencode({'theme': theme})}"

    def give(self, theme: str) -> str:
        """Where somebody begins to give hours on a theme, by its slug."""
        return f"{self.base_url}/give/{quote(theme, safe='')}"

    def join(self, seat_id: int, nonce: str) -> str:
        return f"{self.base_url}/join/{self.join_token(seat_id, nonce)}"

    def join_token(self, seat_id: int, nonce: str) -> str:
        return f"{seat_id}-{self._sign('join', str(seat_id), nonce)}"

    def opens_seat(self, token: str, *, nonce: str) -> bool:
        """Whether `token` is the join link of the seat it names, whose nonce is `nonce`."""
        return hmac.compare_digest(token.encode(), self.join_token(seat_in(token), nonce).encode())

    def after(self, seat_id: int, nonce: str) -> str:
        """Where a person says, without a sign-in, whether the session took place."""
        return f"{self.base_url}/after/{self.after_token(seat_id, nonce)}"

    def after_token(self, seat_id: int, nonce: str) -> str:
        return f"{seat_id}-{self._sign('after', str(seat_id), nonce)}"

    def opens_after(self, token: str, *, nonce: str) -> bool:
        """Whether `token` speaks for the seat it names, whose nonce is `nonce`."""
        return hmac.compare_digest(token.encode(), self.after_token(seat_in(token), nonce).encode())

    def reply_token(self, seat_id: int, nonce: str) -> str:
        """What an invite carries, so that an answer from the calendar that has it is told from any other."""
        return self._sign("reply", str(seat_id), nonce)

    def opens_reply(self, token: str, *, seat_id: int, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(errors="replace"), self.reply_token(seat_id, nonce).encode())

    def declined(self, seat_id: int, nonce: str) -> str:
        """Where the person whose calendar declined says what follows from it, without a sign-in."""
        return f"{self.base_url}/declined/{self.decline_token(seat_id, nonce)}"

    def decline_token(self, seat_id: int, nonce: str) -> str:
        return f"{seat_id}-{self._sign('declined', str(seat_id), nonce)}"

    def opens_decline(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.decline_token(seat_in(token), nonce).encode())

    def ask(self, ask_id: int, nonce: str) -> str:
        """Where a mentor who was asked answers, without a sign-in."""
        return f"{self.base_url}/asked/{self.ask_token(ask_id, nonce)}"

    def ask_token(self, ask_id: int, nonce: str) -> str:
        return f"{ask_id}-{self._sign('asked', str(ask_id), nonce)}"

    def opens_ask(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.ask_token(number_in(token), nonce).encode())

    def request(self, request_id: int, mentee_id: int) -> str:
        """How a request stands, for its mentee, without a sign-in."""
        return f"{self.base_url}/asking/{self.request_token(request_id, mentee_id)}"

    def request_token(self, request_id: int, mentee_id: int) -> str:
        return f"{request_id}-{self._sign('asking', str(request_id), str(mentee_id))}"

    def opens_request(self, token: str, *, mentee_id: int) -> bool:
        return hmac.compare_digest(token.encode(), self.request_token(number_in(token), mentee_id).encode())

    def offer(self, offer_id: int, nonce: str) -> str:
        """Where an hour that came free is taken or passed on, without a sign-in."""
        return f"{self.base_url}/offers/{self.offer_token(offer_id, nonce)}"

    def offer_token(self, offer_id: int, nonce: str) -> str:
        return f"{offer_id}-{self._sign('offer', str(offer_id), nonce)}"

    def opens_offer(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.offer_token(number_in(token), nonce).encode())

    def still(self, question_id: int, nonce: str) -> str:
        """Where a mentor says that they are still with us, without a sign-in."""
        return f"{self.base_url}/still/{self.still_token(question_id, nonce)}"

    def still_token(self, question_id: int, nonce: str) -> str:
        return f"{question_id}-{self._sign('still', str(question_id), nonce)}"

    def opens_still(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.still_token(number_in(token), nonce).encode())

    def pause(self, nudge_id: int, nonce: str) -> str:
        """Where somebody takes a pause that they were offered, without a sign-in."""
        return f"{self.base_url}/pause/{self.pause_token(nudge_id, nonce)}"

    def pause_token(self, nudge_id: int, nonce: str) -> str:
        return f"{nudge_id}-{self._sign('pause', str(nudge_id), nonce)}"

    def opens_pause(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.pause_token(number_in(token), nonce).encode())

    def page(self, path: str) -> str:
        """Any page of ours, by its path."""
        return f"{self.base_url}{path}"

    def hours(self, member_id: int, month: str) -> str:
        """Where a mentor publishes hours with one button, without a sign-in; for the mail of that month."""
        return f"{self.base_url}/hours/{self.hours_token(member_id, month)}"

    def hours_token(self, member_id: int, month: str) -> str:
        return f"{member_id}-{self._sign('hours', str(member_id), month)}"

    def opens_hours(self, token: str, *, member_id: int, month: str) -> bool:
        return hmac.compare_digest(token.encode(), self.hours_token(member_id, month).encode())

    def later(self, seat_id: int, nonce: str, days: int) -> str:
        """Where a mentee says what came of an hour so many days later, without a sign-in."""
        return f"{self.base_url}/later/{self.later_token(seat_id, nonce, days)}"

    def later_token(self, seat_id: int, nonce: str, days: int) -> str:
        return f"{seat_id}-{days}-{self._sign('later', str(seat_id), str(days), nonce)}"

    def opens_later(self, token: str, *, nonce: str) -> int:
        """Of how many days the token speaks; 0 where it is none of ours."""
        days = token.partition("-")[2].partition("-")[0]
        said = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
        made = self.later_token(number_in(token), nonce, said)
        return said if hmac.compare_digest(token.encode(), made.encode()) else 0

    def series(self, series_id: int, member_id: int, nonce: str) -> str:
        """A series, for one of its two people, without a sign-in."""
        return f"{self.base_url}/continue/{self.series_token(series_id, member_id, nonce)}"

    def series_token(self, series_id: int, member_id: int, nonce: str) -> str:
        return f"{series_id}-{self._sign('series', str(series_id), str(member_id), nonce)}"

    def opens_series(self, token: str, *, member_id: int, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.series_token(number_in(token), member_id, nonce).encode())

    def absence(self, absence_id: int, nonce: str) -> str:
        """Where somebody who is said not to have come says otherwise, without a sign-in."""
        return f"{self.base_url}/absence/{self.absence_token(absence_id, nonce)}"

    def absence_token(self, absence_id: int, nonce: str) -> str:
        return f"{absence_id}-{self._sign('absence', str(absence_id), nonce)}"

    def opens_absence(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.absence_token(number_in(token), nonce).encode())

    def confirm(self, seat_id: int, nonce: str) -> str:
        """Where a mentee says, without a sign-in, that they come."""
        return f"{self.base_url}/confirm/{self.confirm_token(seat_id, nonce)}"

    def confirm_token(self, seat_id: int, nonce: str) -> str:
        return f"{seat_id}-{self._sign('confirm', str(seat_id), nonce)}"

    def opens_confirm(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.confirm_token(seat_in(token), nonce).encode())

    def blocked(self) -> str:
        """Whom the member keeps away from."""
        return f"{self.base_url}/me/blocked"

    def case(self, case_id: int) -> str:
        return f"{self.base_url}/admin/cases/{case_id}"

    def google_hook(self) -> str:
        """Where Google knocks when a calendar has changed."""
        return f"{self.base_url}/hooks/google"

    def push_token(self, channel: str) -> str:
        """What a provider gives back with each knock of that channel."""
        return self._sign("push", channel)

    def opens_push(self, token: str, *, channel: str) -> bool:
        return hmac.compare_digest(token.encode(errors="replace"), self.push_token(channel).encode())

    def mail_off(self, member_id: int, category: str) -> str:
        """Switches a category of mails off for that member, without a sign-in (RFC 8058)."""
        return f"{self.base_url}/mail-off/{self.mail_off_token(member_id, category)}"

    def mail_off_token(self, member_id: int, category: str) -> str:
        return f"{member_id}-{category}-{self._sign('mail-off', str(member_id), category)}"

    def opens_mail_off(self, token: str) -> tuple[int, str]:
        """Whose mails of which category. Raises NotFound."""
        member_id, category = number_in(token), token.partition("-")[2].rpartition("-")[0]
        if not hmac.compare_digest(token.encode(), self.mail_off_token(member_id, category).encode()):
            raise NotFound
        return member_id, category

    def calendar_question(self, question_id: int, nonce: str) -> str:
        """Where a question about a change in a calendar is answered, without a sign-in."""
        return f"{self.base_url}/calendar-questions/{self.calendar_question_token(question_id, nonce)}"

    def calendar_question_token(self, question_id: int, nonce: str) -> str:
        return f"{question_id}-{self._sign('calendar-question', str(question_id), nonce)}"

    def opens_calendar_question(self, token: str, *, nonce: str) -> bool:
        return hmac.compare_digest(token.encode(), self.calendar_question_token(number_in(token), nonce).encode())

    def calendars(self) -> str:
        return f"{self.base_url}/me/calendars"

    def notifications(self) -> str:
        return f"{self.base_url}/me/notifications"

    def welcome(self, invitation_id: int, nonce: str) -> str:
        """An invitation: opens the form by which people join."""
        return f"{self.base_url}/welcome/{self.invitation_token(invitation_id, nonce)}"

    def invitation_token(self, invitation_id: int, nonce: str) -> str:
        return f"{invitation_id}-{self._sign('welcome', str(invitation_id), nonce)}"

    def opens_invitation(self, token: str, *, nonce: str) -> bool:
        """Whether `token` is the link of the invitation it names, whose nonce is `nonce`."""
        return hmac.compare_digest(token.encode(), self.invitation_token(number_in(token), nonce).encode())

    def demo(self, member_id: int) -> str:
        """The page that signs this member in with one button; it opens in a demo alone."""
        return f"{self.base_url}/demo/{self._demo_token(member_id)}"

    def one_time(self, token: str) -> str:
        """The page that signs an administrator in once, after `flashmeet admin reset`."""
        return f"{self.base_url}/sign-in/once/{token}"

    def opens_demo(self, token: str) -> int:
        """Whose demo link `token` is. Raises NotFound."""
        member_id = number_in(token)
        if not hmac.compare_digest(token.encode(), self._demo_token(member_id).encode()):
            raise NotFound
        return member_id

    def _demo_token(self, member_id: int) -> str:
        return f"{member_id}-{self._sign('demo', str(member_id))}"

    def _sign(self, *parts: str) -> str:
        return hmac.new(self.secret.encode(), "\0".join(parts).encode(), "sha256").hexdigest()[:_DIGEST_CHARACTERS]


def seat_in(token: str) -> int:
    """The seat that a join token names, not yet checked. Raises NotFound."""
    return number_in(token)


def number_in(token: str) -> int:
    """The row that a token names, not yet checked. Raises NotFound."""
    number, _, _ = token.partition("-")
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise NotFound
    return int(number)
