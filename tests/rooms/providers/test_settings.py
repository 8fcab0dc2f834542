"""What a provider needs is said when the program starts, not when two people stand at the door."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from flashmeet.core.config import Config, ConfigError
from flashmeet.rooms.providers.configured import providers
from tests.rooms.providers.samples import key_pair

ENOUGH: dict[str, dict[str, str]] = {
    "builtin": {},
    "url": {},
    "jitsi": {"JITSI_URL": "https://jitsi.example.org", "JITSI_APP_ID": "app", "JITSI_SECRET": "s"},
    "bigbluebutton": {"BBB_URL": "https://bbb.example.org/bigbluebutton/", "BBB_SECRET": "s"},
    "google_meet": {"GOOGLE_CLIENT_ID": "id", "GOOGLE_CLIENT_SECRET": "s", "GOOGLE_REFRESH_TOKEN": "t"},
}


def read(folder: Path, video: str, settings: dict[str, str]) -> Config:
    given = {"ENV": "development", "INSTANCE": str(folder), "VIDEO": video, **settings}
    return Config.from_env({f"FLASHMEET_{name}": value for name, value in given.items() if value})


@pytest.mark.parametrize("video", ENOUGH)
def test_each_provider_is_made_from_its_settings(tmp_path: Path, video: str) -> None:
    made = providers(read(tmp_path, video, ENOUGH[video]))
    assert [each.name for each in made] == {"builtin": ["url"], "url": ["url"]}.get(video, [video, "url"])
    assert (made.configured is None) == (video == "builtin")


@pytest.mark.parametrize(
    ("video", "missing"), [(video, name) for video, settings in ENOUGH.items() for name in settings]
)
def test_one_that_is_missing_is_named(tmp_path: Path, video: str, missing: str) -> None:
    with pytest.raises(ConfigError, match=f"FLASHMEET_{missing}"):
        read(tmp_path, video, {**ENOUGH[video], missing: ""})


@pytest.mark.parametrize(
    ("video", "wrong"),
    [
        ("jitsi", {"JITSI_URL": "http://jitsi.example.org"}),
        ("jitsi", {"JITSI_URL": "https://user:word@jitsi.example.org"}),
        ("jitsi", {"JITSI_KEY_ID": "id"}),
        ("jitsi", {"JITSI_SECRET": "", "JITSI_KEY_ID": "id", "JITSI_PRIVATE_KEY": "no PEM"}),
        ("bigbluebutton", {"BBB_URL": "bbb.example.org"}),
        ("google_meet", {"GOOGLE_SERVICE_ACCOUNT": "{}"}),
        ("google_meet", {"GOOGLE_SERVICE_ACCOUNT": "no JSON"}),
    ],
)
def test_one_that_cannot_be_right_is_refused(tmp_path: Path, video: str, wrong: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        read(tmp_path, video, {**ENOUGH[video], **wrong})


def test_the_address_of_a_bigbluebutton_may_be_given_as_its_own_command_prints_it(tmp_path: Path) -> None:
    for url in ("https://bbb.example.org/bigbluebutton/", "https://bbb.example.org/bigbluebutton/api"):
        settings: Any = read(tmp_path, "bigbluebutton", {"BBB_URL": url, "BBB_SECRET": "s"}).video_settings
        assert settings.url == "https://bbb.example.org/bigbluebutton"


def test_secrets_stay_out_of_what_may_end_in_a_log(tmp_path: Path) -> None:
    private, _ = key_pair()
    for video, settings in ENOUGH.items():
        assert "'s'" not in repr(read(tmp_path, video, settings).video_settings)
    jaas = {"JITSI_SECRET": "", "JITSI_KEY_ID": "id", "JITSI_PRIVATE_KEY": private}
    assert "PRIVATE" not in repr(read(tmp_path, "jitsi", {**ENOUGH["jitsi"], **jaas}).video_settings)
