"""A kind of message is declared once, and is whole: all that sends it, writes it and names it is there."""

from __future__ import annotations

from pathlib import Path

import pytest

from flashmeet.bookings.rules.messages import INVITE, Action
from flashmeet.calendars.rules.messages import CALENDAR_EVENT
from flashmeet.core.files import folder
from flashmeet.listeners import MESSAGES
from flashmeet.messages.outbox.drop_reasons import CHECKS, WHO_IS_AWAY
from flashmeet.messages.rendering.facts import FACT_SHEETS, INVITE_WRITERS
from flashmeet.messages.rules.kinds import KINDS, AnyKind, Category, MessageKind, label_of
from flashmeet.privacy.rules.messages import MAKE_COPY
from flashmeet.rooms.rules.messages import END_MEETING
from tests.messages.adapters.samples import BY_SMS, EVERY
from tests.package.sentences import in_the_source

TO_MACHINES: set[AnyKind] = {CALENDAR_EVENT, END_MEETING, MAKE_COPY}
TO_PEOPLE = [kind for kind in KINDS.values() if kind not in TO_MACHINES]


def templates(ending: str) -> set[str]:
    return {path.name.removesuffix(ending) for path in folder("templates").glob(f"*/mails/*{ending}")}


BY_MAIL, BY_TEXT = templates(".words.txt"), templates(".sms.txt")


def test_every_module_that_declares_kinds_is_loaded_by_a_process_that_sends_them() -> None:
    package = Path(MESSAGES[0].__file__ or "").parents[2]
    declaring = {path for path in package.glob("*/rules/messages.py") if "MessageKind" in path.read_text()}
    assert declaring == {Path(module.__file__ or "") for module in MESSAGES}


def test_a_kind_cannot_be_declared_twice() -> None:
    with pytest.raises(ValueError, match="invite is declared twice"):
        MessageKind("invite", Category.SESSIONS, label="Invite", speaks_of="booking")


def test_every_kind_to_people_has_a_template() -> None:
    assert [kind for kind in TO_PEOPLE if kind.template not in BY_MAIL | BY_TEXT] == []


def test_every_template_is_of_a_kind() -> None:
    assert {kind.template for kind in TO_PEOPLE} == BY_MAIL | BY_TEXT


def test_what_leaves_by_sms_at_its_moment_can_be_said_by_mail_instead() -> None:
    assert [kind for kind in TO_PEOPLE if kind.timed and kind.template not in BY_MAIL & BY_TEXT] == []


def test_every_kind_finds_its_sheet_of_facts_and_no_sheet_is_left_over() -> None:
    sheets = {kind.speaks_of for kind in TO_PEOPLE}
    assert sheets == set(FACT_SHEETS)
    assert {kind.speaks_of for kind in TO_MACHINES} <= sheets


def test_every_kind_that_hangs_on_something_finds_its_check_and_no_check_is_left_over() -> None:
    assert {kind.hangs_on for kind in KINDS.values() if kind.hangs_on} == set(CHECKS) - {WHO_IS_AWAY}
    assert any(kind.spares_who_is_away for kind in KINDS.values())
    assert WHO_IS_AWAY in CHECKS


def test_only_kinds_carry_an_invite() -> None:
    assert set(INVITE_WRITERS) <= set(KINDS)


def test_every_kind_has_a_label_that_is_translated() -> None:
    labels = {label for kind in KINDS.values() for label in (kind.label, *kind.labels.values())}
    assert labels - in_the_source() == set()


def test_labels_of_an_action_are_of_actions_there_are() -> None:
    assert set(INVITE.labels) <= set(Action)


@pytest.mark.parametrize(
    ("kind", "action", "label"),
    [
        ("invite", "moved", "New time, with the updated invite"),
        ("invite", "booked", "Invite"),
        ("not_taken", "declined", "Notice that the hour will not take place"),
        ("case_opened", "", "Message from the network"),
        ("of_a_later_version", "", "Message"),
    ],
)
def test_the_label_is_the_actions_else_the_kinds_else_says_no_more_than_that_it_is_a_message(
    kind: str, action: str, label: str
) -> None:
    assert label_of(kind, action) == label


def test_every_kind_has_a_sample_of_each_way_it_leaves() -> None:
    assert {kind for kind, _ in EVERY.values()} == {kind for kind in TO_PEOPLE if kind.template in BY_MAIL}
    assert {kind for kind, _ in BY_SMS.values()} == {kind for kind in TO_PEOPLE if kind.template in BY_TEXT}
