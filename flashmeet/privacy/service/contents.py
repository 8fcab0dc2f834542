"""Gathers what the register says is a member's, for a copy of their data: of others, names in shared hours alone."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, undefer

from flashmeet.bookings.models.booking import Booking, ThreadFile
from flashmeet.core.links import Links
from flashmeet.i18n.catalogue import translations
from flashmeet.identity.models import Member
from flashmeet.identity.queries import names_of
from flashmeet.messages.rules.invites import FeedFile, Invite
from flashmeet.people.models import Picture
from flashmeet.privacy.queries import about, about_any, table_of
from flashmeet.privacy.rules.entries import Kept, Purpose
from flashmeet.privacy.rules.register import PURPOSES
from flashmeet.schedule.rules.booked_hour import STANDING_BOOKING
from flashmeet.themes.models import Theme

Row = dict[str, object]
EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a copy holds: JSON documents by file name, the hours for a calendar, the photo, and files."""

    documents: Mapping[str, object]
    hours: FeedFile
    photo: tuple[str, bytes] | None
    """File name and bytes."""
    files: Iterable[tuple[str, bytes]]
    """The PDFs that the member gave others, likewise."""


def contents_of(db: Session, member: Member, *, links: Links, mail_from: str, network_name: str) -> Contents:
    """Returns everything of the member's, in their language where it is in words."""
    documents = {f"{purpose.key}.json": _document(db, purpose, member) for purpose in PURPOSES}
    return Contents(
        documents=documents,
        hours=FeedFile(name=network_name, bookings=tuple(_hours(db, member, links, mail_from, network_name))),
        photo=_photo(db, member),
        files=list(_files(db, member)),
    )


def _document(db: Session, purpose: Purpose, member: Member) -> Row:
    say = translations(member.locale).gettext
    tables: dict[str, list[Row]] = {}
    for entry in purpose.tables:
        tables.setdefault(entry.table, []).extend(_rows(db, entry, member))
    return {
        "title": say(purpose.title),
        "what": say(purpose.what),
        "why": say(purpose.why),
        "ground": say(purpose.ground.value),
        "kept_for": say(purpose.kept_for),
        "seen_by": say(purpose.seen_by),
        "data": {name: rows for name, rows in tables.items() if rows},
    }


def _rows(db: Session, entry: Kept, member: Member) -> list[Row]:
    """Returns the rows about the member, and of each the columns that are theirs."""
    paths = (*entry.paths, *entry.readers.split())
    columns = [*dict.fromkeys((*entry.given, *" ".join(entry.own.values()).split(), *entry.named.split()))]
    if not paths or not columns:
        return []
    table = table_of(entry.table)
    owns = [case((about(table, path, member.id), 1), else_=0).label(f"owns_{number}") for number, path in _own(entry)]
    query = select(*(table.c[name] for name in columns), *owns).where(about_any(table, paths, member.id))
    found = db.execute(query.order_by(*table.primary_key.columns)).mappings().all()
    names = names_of(db, (row[name] for row in found for name in entry.named.split()))
    themes = _themes(db, (row["theme_id"] for row in found if "theme_id" in row), member.locale)
    return [_row(entry, row, names, themes) for row in found]


def _own(entry: Kept) -> Iterable[tuple[int, str]]:
    return enumerate(entry.own)


def _row(entry: Kept, row: Mapping[Any, Any], names: Mapping[int, str], themes: Mapping[int, str]) -> Row:
    given: Row = {}
    for name in entry.named.split():
        given[name.removesuffix("_id")] = names.get(row[name], "")
    for name in entry.given:
        if name == "theme_id":
            given["theme"] = themes.get(row[name], "")
        else:
            given[name] = _told(row[name])
    for number, path in _own(entry):
        if row[f"owns_{number}"]:
            given |= {name: _told(row[name]) for name in entry.own[path].split()}
    return given


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime | date) else value


def _themes(db: Session, ids: Iterable[int], locale: str) -> dict[int, str]:
    wanted = set(ids)
    found = db.scalars(select(Theme).where(Theme.id.in_(wanted))) if wanted else ()
    return {theme.id: theme.name(locale) for theme in found}


def _hours(db: Session, member: Member, links: Links, mail_from: str, network_name: str) -> Iterable[Invite]:
    """Yields the member's agreed hours, past and to come: with whom, when, about which theme."""
    theirs = or_(Booking.mentor_id == member.id, Booking.mentee_id == member.id)
    query = select(Booking).where(theirs, Booking.status.in_(STANDING_BOOKING))
    found: Sequence[Booking] = db.scalars(query.order_by(Booking.starts_at, Booking.id)).unique().all()
    for booking in found:
        page = links.booking(booking.id)
        yield Invite(
            uid=booking.uid,
            sequence=booking.sequence,
            cancelled=False,
            starts_at=booking.starts_at,
            ends_at=booking.ends_at,
            stamped_at=booking.stamped_at,
            summary=f"{booking.other(member.id).name} · {booking.theme.name(member.locale)}",
            description=page,
            location=page,
            organizer=mail_from,
            organizer_name=network_name,
            attendee=member.email,
            attendee_name=member.name,
        )


def _files(db: Session, member: Member) -> Iterable[tuple[str, bytes]]:
    query = select(ThreadFile).where(ThreadFile.author_id == member.id).options(undefer(ThreadFile.content))
    for each in db.scalars(query.order_by(ThreadFile.id)):
        yield f"files/{each.id}-{each.name}", base64.b64decode(each.content)


def _photo(db: Session, member: Member) -> tuple[str, bytes] | None:
    picture = db.scalars(select(Picture).where(Picture.member_id == member.id)).first()
    if picture is None:
        return None
    return f"photo.{EXTENSIONS.get(picture.media_type, 'bin')}", base64.b64decode(picture.content)
