"""The names of all settings; a name that is nearly one of them is a slip."""

from __future__ import annotations

from difflib import get_close_matches

from flashmeet.core.config.variables import PREFIX, ConfigError, Variables

SETTINGS = (
    "ENV",
    "ENV_FILE",
    "INSTANCE",
    "DATABASE_URL",
    "SECRET_KEY",
    "BASE_URL",
    "SMTP_URL",
    "IMAP_URL",
    "METRICS_TOKEN",
    "MAIL_FROM",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM",
    "TWILIO_BASE_URL",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "GOOGLE_BASE_URL",
    "MICROSOFT_CLIENT_ID",
    "MICROSOFT_CLIENT_SECRET",
    "MICROSOFT_BASE_URL",
    "MICROSOFT_LOGIN_URL",
    "MAIL_PER_SECOND",
    "SMS_PER_SECOND",
    "TURN_URL",
    "TURN_SECRET",
    "VIDEO",
    "JITSI_URL",
    "JITSI_APP_ID",
    "JITSI_SECRET",
    "JITSI_KEY_ID",
    "JITSI_PRIVATE_KEY",
    "BBB_URL",
    "BBB_SECRET",
    "GOOGLE_SERVICE_ACCOUNT",
    "GOOGLE_SUBJECT",
    "GOOGLE_REFRESH_TOKEN",
    "GOOGLE_CALENDAR",
    "REDIS_URL",
    "SECOND_FACTOR",
    "CREDENTIALS_KEY",
    "PRIVATE_HOSTS",
    "UNDERSTANDING",
)
_KNOWN = frozenset({*SETTINGS, *(f"{name}_FILE" for name in SETTINGS)})
_NEAR = 0.75
"""How alike two names are that are taken for one; Kubernetes' `FLASHMEET_SERVICE_HOST` is like none of ours."""
_NOT_OURS = ("TEST_", "TESTS_")
"""What the tests are told begins so."""


def unknown(variables: Variables) -> list[str]:
    """Returns the names with our prefix that are no settings."""
    return [name for name in variables.names() if name not in _KNOWN and not name.startswith(_NOT_OURS)]


def check_names(variables: Variables) -> None:
    """Raises ConfigError for each name that is nearly a setting's. Others may be another program's."""
    faults = [
        f"{name} is not read, since names of settings are in capitals: {name.upper()}"
        for name in variables.small()
        if name.upper().removeprefix(PREFIX) in _KNOWN
    ]
    for name in unknown(variables):
        near = _nearest(name.removesuffix("_FILE"))
        if near:
            meant = near + ("_FILE" if name.endswith("_FILE") else "")
            faults.append(f"{PREFIX}{name} is no setting. Did you mean {PREFIX}{meant}?")
    if faults:
        raise ConfigError(*faults)


def _nearest(name: str) -> str | None:
    """Returns the setting that is spelt nearly so, or the only one that has all the words of the name."""
    alike = get_close_matches(name, SETTINGS, n=1, cutoff=_NEAR)
    if alike:
        return alike[0]
    words = set(name.split("_"))
    with_words = [each for each in SETTINGS if len(words) > 1 and words < set(each.split("_"))]
    return with_words[0] if len(with_words) == 1 else None
