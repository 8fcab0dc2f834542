"""Jitsi: self-hosted (a shared secret, HS256) and JaaS (a key pair, RS256).

Sources: the token documentation of lib-jitsi-meet and of JaaS. A stock Jitsi makes every holder of a token a moderator,
whatever the token says.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from flashmeet.core.config.video import Jitsi
from flashmeet.core.text import one_line
from flashmeet.messages.rules.channels import Outcome, Sent
from flashmeet.rooms.rules.providers import Guest, Meeting, origin_of
from flashmeet.schedule.rules.booked_hour import SeatRole

EARLY = timedelta(seconds=30)
"""Allowance for a server clock behind ours, which Jitsi does not make."""
LONGEST_NAME = 80
FEATURES = ("recording", "livestreaming", "transcription", "outbound-call")


class JitsiProvider:
    name, label, ends = "jitsi", "Jitsi", False

    def __init__(self, jitsi: Jitsi) -> None:
        self._jitsi = jitsi

    def form_targets(self) -> str:
        return origin_of(self._jitsi.url)

    def join_address(self, meeting: Meeting, guest: Guest, *, now: datetime) -> str:  # a token carries its own validity
        path = f"{quote(self._jitsi.app_id)}/{meeting.key}" if self._jitsi.hosted else meeting.key
        return f"{self._jitsi.url}/{path}?{urlencode({'jwt': self._token(meeting, guest)})}"

    def end(self, *, key: str, uid: str) -> Outcome:  # Jitsi has no such call: tokens expire
        return Sent()

    def _token(self, meeting: Meeting, guest: Guest) -> str:
        """Returns the token. It is checked on connecting, and is valid until the door closes."""
        import jwt  # noqa: PLC0415  # a vendor's library, loaded where it is needed

        jitsi = self._jitsi
        claims = {
            "aud": "jitsi",
            "iss": "chat" if jitsi.hosted else jitsi.app_id,
            "sub": jitsi.app_id if jitsi.hosted else urlsplit(jitsi.url).hostname,
            "room": meeting.key.lower(),
            "nbf": int((meeting.opens_at - EARLY).timestamp()),
            "exp": int(meeting.closes_at.timestamp()),
            "context": {"user": _user(guest), "features": dict.fromkeys(FEATURES, "false")},
        }
        if jitsi.private_key:
            return jwt.encode(claims, jitsi.private_key, "RS256", headers={"kid": jitsi.key_id})
        return jwt.encode(claims, jitsi.secret, "HS256")


def _user(guest: Guest) -> dict[str, str]:
    """Returns a name and nothing else: members do not learn each other's addresses."""
    name = one_line(guest.name, most=LONGEST_NAME)
    return {"id": guest.id, "name": name, "moderator": "true" if guest.role == SeatRole.MENTOR else "false"}
