"""What is kept about copies and erasures themselves."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import Ground, Kept, Period, Purpose
from flashmeet.privacy.rules.periods import COPIES_KEPT

OWN_DATA = Purpose(
    key="own_data",
    title=mark("Copies of your data, and erasure"),
    what=mark("A copy that you asked for, and that you asked to be erased."),
    why=mark("So that you can take your data with you, or have it erased."),
    ground=Ground.SERVICE,
    kept_for=mark("A copy: seven days. An erasure: until it is done, at most a day."),
    seen_by=mark("You, and an administrator who asked for it on your behalf."),
    tables=(
        Kept(
            table="data_copy",
            people="member_id",
            links="asked_by_id",
            shared="asked_at made_at",
            withheld="content",
            free="id",
            periods=(Period("made_at", COPIES_KEPT),),
        ),
        Kept(table="erasure", people="member_id", links="by_id", withheld="confirmed_at"),
    ),
)
