"""Cases that a person decides: what brought them, the steps that are written down, and how they end."""

from __future__ import annotations

from enum import StrEnum


class CaseKind(StrEnum):
    REPORT = "report"
    NO_SHOW = "no_show"  # a contested one
    CALL = "call"  # a mentor did not come, and a person calls
    PAUSE = "pause"  # a mentee is paused until a person talked to them


class ReportReason(StrEnum):
    """What is reported."""

    NONE = ""  # the case is no report
    UNWELCOME = "unwelcome"  # words or acts that nobody asked for
    MONEY = "money"  # money or a sale
    NOT_WHO = "not_who"  # not who they say they are
    PRIVATE = "private"  # what was told in confidence
    OTHER = "other"


class Decision(StrEnum):
    OPEN = ""
    DISMISSED = "dismissed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    STANDING = "standing"  # the no-show counts
    DROPPED = "dropped"  # it does not
    CALLED = "called"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"  # they came after all, says who had said it


class CaseStep(StrEnum):
    """What was done in a case: the decision, or one of the steps around it."""

    DISMISSED = "dismissed"
    WARNED = "warned"
    SUSPENDED = "suspended"
    STANDING = "standing"
    DROPPED = "dropped"
    CALLED = "called"
    LIFTED = "lifted"
    WITHDRAWN = "withdrawn"
    OPENED = "opened"
    ADDED = "added"
    LOOKED = "looked"
    NOTED = "noted"
    CONTESTED = "contested"
    SEEN = "seen"  # the room, or the other's word, says otherwise
    KEPT_APART = "kept_apart"
    LET_MEET = "let_meet"
    WRITTEN = "written"
