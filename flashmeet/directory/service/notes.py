"""Notes that administrators keep about a member."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from flashmeet.directory.models import MemberNote
from flashmeet.identity.models import Member
from flashmeet.schedule.rules.booked_hour import checked_text

NOTE_CHARACTERS = 2_000


def write_note(db: Session, member: Member, text: str, *, by: Member, now: datetime) -> None:
    """Keeps a note about the member. Raises Missing, TooLong."""
    words = checked_text("member_note", text, most=NOTE_CHARACTERS, required=True)
    db.add(MemberNote(member_id=member.id, by_id=by.id, text=words, written_at=now))
    db.flush()


def remove_note(db: Session, member: Member, note_id: int) -> None:
    """Deletes a note about the member. Idempotent."""
    note = db.get(MemberNote, note_id)
    if note is not None and note.member_id == member.id:
        db.delete(note)
        db.flush()
