"""What a member can be before they are one, and why a number gets no SMS."""

from __future__ import annotations

from enum import StrEnum


class JoiningState(StrEnum):
    PROOF = "proof"  # they have to prove their address
    APPROVAL = "approval"  # an administrator has to say yes


class BlockReason(StrEnum):
    OPTED_OUT = "opted_out"  # the number answered STOP
    BAD_NUMBER = "bad_number"  # the provider cannot reach it
