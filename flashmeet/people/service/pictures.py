"""Photos of members and the network's logo, kept in the database so that a backup holds them."""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.settings.models import Setting, SettingChange
from flashmeet.core.settings.service import decide
from flashmeet.identity.models import Member
from flashmeet.identity.service.events import have_met
from flashmeet.people.models import Picture
from flashmeet.people.queries import stands_between

PHOTO_SIDE, LOGO_WIDTH, LOGO_HEIGHT = 320, 480, 160
LOGO = "logo"


def keep_photo(session: Session, member: Member, made: tuple[str, bytes], *, now: datetime) -> None:
    """`made` is what `people.rules.pictures.PictureFile` gave; it replaces the one before."""
    _keep(session, _name(member.id), made, member_id=member.id, now=now)
    member.photo_at = now
    session.flush()


def drop_photo(session: Session, member: Member) -> None:
    session.execute(delete(Picture).where(Picture.name == _name(member.id)))
    member.photo_at = None
    session.flush()


def photo_of(session: Session, member_id: int, *, viewer_id: int) -> tuple[str, bytes]:
    """Media type and bytes. Raises NotFound, for those who are not members any more too, and for who is hidden from
    the viewer unless they had a session: its page shows whom it was with."""
    if stands_between(session, member_id, viewer_id) and not have_met(session, member_id, viewer_id):
        raise NotFound
    query = select(Picture).join(Member, Member.id == Picture.member_id)
    return _bytes(session.scalar(query.where(Member.id == member_id, ~Member.suspended)))


def keep_logo(session: Session, made: tuple[str, bytes], *, by: Member, now: datetime) -> None:
    _keep(session, LOGO, made, member_id=None, now=now)
    _decide_logo(session, f"{now:%Y%m%d%H%M%S}", by=by, now=now)


def drop_logo(session: Session, *, by: Member, now: datetime) -> None:
    session.execute(delete(Picture).where(Picture.name == LOGO))
    _decide_logo(session, "", by=by, now=now)


def logo(session: Session) -> tuple[str, bytes]:
    """Raises NotFound."""
    return _bytes(session.get(Picture, LOGO))


def _decide_logo(session: Session, stamp: str, *, by: Member, now: datetime) -> None:
    before = session.get(Setting, LOGO)
    said = dict(before.value) if before is not None else None
    decide(session, LOGO, stamp)
    session.add(SettingChange(name=LOGO, before=said, after={"is": stamp}, changed_at=now, changed_by_id=by.id))
    session.flush()


def _keep(session: Session, name: str, made: tuple[str, bytes], *, member_id: int | None, now: datetime) -> None:
    media_type, data = made
    content = base64.b64encode(data).decode("ascii")
    session.merge(Picture(name=name, member_id=member_id, media_type=media_type, content=content, made_at=now))
    session.flush()


def _bytes(picture: Picture | None) -> tuple[str, bytes]:
    if picture is None:
        raise NotFound
    return picture.media_type, base64.b64decode(picture.content)


def _name(member_id: int) -> str:
    return f"member:{member_id}"
