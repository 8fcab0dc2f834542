"""Jitsi's tokens, verified by hand."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from flashmeet.core.config.video import Jitsi
from flashmeet.rooms.providers.jitsi import JitsiProvider
from tests.rooms.providers.samples import ALICE, BOB, STARTS, key_pair, meeting, parts, verdict

SECRET, APP = "s" * 40, "flashmeet"
TENANT = "vpaas-magic-cookie-0123456789abcdef"
OWN = JitsiProvider(Jitsi(url="https://jitsi.example.org", app_id=APP, secret=SECRET))
OPENS, CLOSES = STARTS - timedelta(minutes=15), STARTS + timedelta(minutes=90)


def token_of(address: str) -> str:
    return parse_qs(urlsplit(address).query)["jwt"][0]


def own_token(guest: Any = ALICE, **more: Any) -> str:
    return token_of(OWN.join_address(meeting(**more), guest, now=STARTS))


def judged(token: str, *, at: datetime = STARTS, **more: Any) -> str:
    return verdict(token, **{"secret": SECRET, "issuer": APP, "room": meeting().key, "now": at, **more})


def test_the_address_is_the_room_with_a_token() -> None:
    address = urlsplit(OWN.join_address(meeting(), ALICE, now=STARTS))
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"https://jitsi.example.org/{meeting().key}"
    assert set(parse_qs(address.query)) == {"jwt"}
    assert meeting().key == meeting().key.lower()


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (STARTS, "accepted"),
        (OPENS, "accepted"),
        (OPENS - timedelta(seconds=30), "accepted"),  # their clock may be behind
        (OPENS - timedelta(seconds=31), "nbf"),
        (CLOSES - timedelta(seconds=1), "accepted"),
        (CLOSES, "exp"),
    ],
)
def test_a_token_opens_the_room_in_its_hours_and_at_no_other(at: datetime, said: str) -> None:
    assert judged(own_token(), at=at) == said


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"secret": "another"}, "signature"),
        ({"issuer": "another"}, "iss"),
        ({"room": "another"}, "room"),
        ({"public": key_pair()[1]}, "alg"),  # one kind given to the other kind of server
    ],
)
def test_a_token_opens_no_other_server_and_no_other_room(wrong: dict[str, Any], said: str) -> None:
    assert judged(own_token(), **wrong) == said


def test_a_token_that_was_tampered_with_is_refused() -> None:
    head, body, signature = own_token().split(".")
    none = urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    assert judged(f"{none}.{body}.") == "alg"
    assert judged(f"{head}.{body}.{signature}") == "accepted"
    _, other, _ = own_token(BOB).split(".")
    assert judged(f"{head}.{other}.{signature}") == "signature"


def test_claims_have_the_types_that_jitsi_reads() -> None:
    """A list as `aud` and a text as `nbf` are refused there; without `exp` a token would live for ever."""
    header, claims, _, _ = parts(own_token())
    assert header == {"alg": "HS256", "typ": "JWT"}
    assert claims["aud"] == "jitsi"
    assert claims["sub"] == "jitsi.example.org"
    assert [type(claims[name]) for name in ("nbf", "exp")] == [int, int]
    assert claims["exp"] == CLOSES.timestamp()
    assert claims["room"] == meeting().key


def test_who_it_is_for_is_a_name_and_no_address() -> None:
    users = [parts(own_token(guest))[1]["context"]["user"] for guest in (ALICE, BOB)]
    assert users == [
        {"id": "1", "name": "Alice Exemple", "moderator": "true"},
        {"id": "2", "name": "Bob Exemple", "moderator": "false"},
    ]
    assert parts(own_token())[1]["context"]["features"]["recording"] == "false"


def test_jaas_takes_a_signature_of_its_key_under_its_tenant() -> None:
    private, public = key_pair()
    jaas = Jitsi(url="https://8x8.vc", app_id=TENANT, key_id=f"{TENANT}/4f2a", private_key=private)
    address = urlsplit(JitsiProvider(jaas).join_address(meeting(), BOB, now=STARTS))
    token = token_of(address.geturl())
    header, claims, _, _ = parts(token)
    assert address.path == f"/{TENANT}/{meeting().key}"
    assert header == {"alg": "RS256", "typ": "JWT", "kid": f"{TENANT}/4f2a"}
    assert (claims["iss"], claims["sub"], claims["aud"], claims["room"]) == ("chat", TENANT, "jitsi", meeting().key)
    judge: dict[str, Any] = {"issuer": "chat", "room": meeting().key, "now": STARTS}
    assert verdict(token, public=public, **judge) == "accepted"
    assert verdict(token, public=key_pair()[1], **judge) == "signature"
    assert verdict(token, secret="a secret", **judge) == "alg"
