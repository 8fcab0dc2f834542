"""The outside world beside mail: SMS, video, the relay, Redis; and the disk."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from urllib.parse import urlsplit

from flashmeet.cli.checks.connections import why
from flashmeet.cli.checks.finding import Finding, look, well, wrong
from flashmeet.cli.checks.relay import ask_relay
from flashmeet.core.config import Config, Twilio
from flashmeet.core.config.variables import LOOPBACK
from flashmeet.messages.channels.twilio_client import Account
from flashmeet.messages.rules.channels import Away, Sent
from flashmeet.themes.adapters.understanding import is_installed

FREE_BYTES, LEAST_BYTES = 500_000_000, 50_000_000
REFUSED_LOGINS = ("twilio 401", "twilio 403", "twilio 20003", "twilio 20404")


def disk_finding(config: Config) -> Finding:
    free = shutil.disk_usage(config.instance).free
    said = f"{free / 1e9:.1f} GB free in {config.instance}"
    if free < LEAST_BYTES:
        return wrong("disk", f"{said}. Make room at once.", "disk.full")
    return well("disk", said, "disk") if free > FREE_BYTES else look("disk", said, "disk.low")


def sms_findings(config: Config) -> Iterator[Finding]:
    if config.twilio is None:
        words = f"goes to files in {config.instance}. Set FLASHMEET_TWILIO_… to send it."
        yield look("SMS", words, "sms.none")
        return
    yield _sender(config, config.twilio)
    with Account(config.twilio) as account:
        outcome = account.check()
    if isinstance(outcome, Sent):
        yield well("Twilio", "lets the account in", "sms.account")
    elif isinstance(outcome, Away) and outcome.reason in REFUSED_LOGINS:
        words = f"refuses FLASHMEET_TWILIO_ACCOUNT_SID or its FLASHMEET_TWILIO_AUTH_TOKEN ({outcome.reason})."
        yield wrong("Twilio", words, "sms.refused")
    else:
        yield look("Twilio", f"cannot be asked from here ({getattr(outcome, 'reason', '')}).", "sms.away")
    if config.host in LOOPBACK or not config.secure:
        words = "cannot report deliveries nor pass answers on: FLASHMEET_BASE_URL is no public https address."
        yield look("Twilio", words, "sms.reports")


def _sender(config: Config, twilio: Twilio) -> Finding:
    sender = twilio.sender
    if twilio.can_receive:
        hook = f"{config.base_url}/hooks/twilio/inbound"
        return well("SMS", f"Twilio, from {sender}: it can receive answers, if Twilio sends them to {hook}", "sms")
    if sender.startswith("MG"):
        words = f"Twilio, from the service {sender}: answers are offered from a number alone"
        return look("SMS", words, "sms.service")
    return look("SMS", f"Twilio, from {sender}: a name, so nobody can answer STOP to it, nor 1, 2 or 3", "sms.name")


def video_findings(config: Config) -> Iterator[Finding]:
    if config.lacks_relay:
        words = "the built-in room, without TURN: some calls will not connect. Set FLASHMEET_TURN_URL."
        yield look("video", words, "video.no_relay")
    elif config.video == "jitsi":
        words = "jitsi. A stock Jitsi makes everybody with a token a moderator: see docs/video.md."
        yield look("video", words, "video.jitsi")
    else:
        yield well("video", config.video + (", with TURN" if config.turn else ""), "video")
    if config.turn:
        for url in config.turn.addresses:
            yield _relay(url, config.turn.secret)


def _relay(url: str, secret: str) -> Finding:
    try:
        heard = ask_relay(url, secret)
    except OSError as error:
        return look("TURN", f"{url} cannot be asked from here: {why(error)}", "turn.away")
    if not heard:
        return wrong("TURN", f"{url} answers, but refuses FLASHMEET_TURN_SECRET", "turn.secret")
    return well("TURN", f"{url} relays with our secret", "turn")


def redis_findings(config: Config) -> Iterator[Finding]:
    if config.redis_url is None:
        return
    import redis  # noqa: PLC0415  # loaded only where it is configured

    where = urlsplit(config.redis_url).hostname or "the socket"
    client = redis.Redis.from_url(config.redis_url, socket_timeout=2, socket_connect_timeout=2)
    try:
        client.ping()
    except (redis.RedisError, OSError) as error:
        cause = error.__cause__ or error.__context__ or error
        yield wrong("Redis", f"{where} does not answer, and limits fail until it does: {why(cause)}", "redis.away")
    else:
        yield well("Redis", f"{where} answers", "redis")
    finally:
        client.close()


def understanding_finding(config: Config) -> Finding:
    """Says how needs are recognised here."""
    if config.understanding == "words":
        return look("needs", "are recognised by words alone: FLASHMEET_UNDERSTANDING=words.", "understanding.words")
    if not is_installed():
        words = (
            "are recognised by words alone. pip install 'flashmeet[understanding]' lets whole sentences be understood."
        )
        return look("needs", words, "understanding.missing")
    return well("needs", "are understood by whole sentences, on this machine", "understanding")
