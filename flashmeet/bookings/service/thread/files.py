"""One PDF from each of the two of a booking: given, fetched by the two only, taken back, erased after 30 days."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking, ThreadFile
from flashmeet.bookings.rules.threads import FILE_KEPT_FOR, checked_pdf, file_name
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.thread.messages import write_word
from flashmeet.bookings.wording import told_file
from flashmeet.core.errors import NotFound
from flashmeet.identity.models import Member


def give_file(db: Session, member: Member, booking_id: int, *, name: str, data: bytes, now: datetime) -> ThreadFile:
    """Gives the other a PDF, in place of one given before; they are mailed that it is there, never the file itself.

    Raises NotFound, ThreadClosed, Missing, FileTooLarge, NotPdf, TooManyRequests.
    """
    content, called = checked_pdf(data), file_name(name)
    booking = booking_of(db, member, booking_id)
    write_word(db, member, booking_id, told_file(called, booking.other(member.id).locale), now=now)
    _drop(db, member, booking_id)
    kept = ThreadFile(
        booking_id=booking_id,
        author=member,
        name=called,
        size=len(content),
        content=base64.b64encode(content).decode("ascii"),
        at=now,
    )
    db.add(kept)
    db.flush()
    return kept


def take_file_back(db: Session, member: Member, booking_id: int) -> None:
    """Deletes the member's own file. Raises NotFound."""
    booking_of(db, member, booking_id)
    _drop(db, member, booking_id)


def files_in(db: Session, booking: Booking, *, now: datetime) -> Sequence[ThreadFile]:
    """Returns the files that the two can fetch, without their content."""
    if now >= booking.ends_at + FILE_KEPT_FOR:
        return []
    return db.scalars(select(ThreadFile).where(ThreadFile.booking_id == booking.id).order_by(ThreadFile.id)).all()


def file_of(db: Session, member: Member, booking_id: int, file_id: int, *, now: datetime) -> tuple[str, bytes]:
    """Returns name and bytes of a file, to one of the two. Raises NotFound, also once its time is over."""
    booking = booking_of(db, member, booking_id)
    found = next((each for each in files_in(db, booking, now=now) if each.id == file_id), None)
    if found is None:
        raise NotFound
    return found.name, base64.b64decode(found.content)


def _drop(db: Session, member: Member, booking_id: int) -> None:
    db.execute(delete(ThreadFile).where(ThreadFile.booking_id == booking_id, ThreadFile.author_id == member.id))
