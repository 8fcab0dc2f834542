"""Members' photos and the network's logo, stored in the database so that backups include them."""

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
from flashmeet.people.queries import is_blocked_between

PHOTO_SIDE, LOGO_WIDTH, LOGO_HEIGHT = 320, 480, 160
LOGO = "logo"


def keep_photo(db: Session, member: Member, made: tuple[str, bytes], *, now: datetime) -> None:
    """Replaces the member's photo; `made` is the result of `people.rules.pictures.PictureFile`."""
    _keep(db, _name(member.id), made, member_id=member.id)
    member.photo_at = now
    db.flush()


def drop_photo(db: Session, member: Member) -> None:
    db.execute(delete(Picture).where(Picture.name == _name(member.id)))
    member.photo_at = None
    db.flush()


def photo_of(db: Session, member_id: int, *, viewer_id: int) -> tuple[str, bytes]:
    """Returns media type and bytes. Raises NotFound, also for suspended members.

    A member who is hidden from the viewer is not found either, unless they had a booking, whose page shows the photo.
    """
    if is_blocked_between(db, member_id, viewer_id) and not have_met(db, member_id, viewer_id):
        raise NotFound
    query = select(Picture).join(Member, Member.id == Picture.member_id)
    return _bytes(db.scalar(query.where(Member.id == member_id, ~Member.suspended)))


def keep_logo(db: Session, made: tuple[str, bytes], *, by: Member, now: datetime) -> None:
    _keep(db, LOGO, made, member_id=None)
    _decide_logo(db, f"{now:%Y%m%d%H%M%S}", by=by, now=now)


def drop_logo(db: Session, *, by: Member, now: datetime) -> None:
    db.execute(delete(Picture).where(Picture.name == LOGO))
    _decide_logo(db, "", by=by, now=now)


def logo(db: Session) -> tuple[str, bytes]:
    """Returns the logo's media type and bytes. Raises NotFound."""
    return _bytes(db.get(Picture, LOGO))


def _decide_logo(db: Session, stamp: str, *, by: Member, now: datetime) -> None:
    before = db.get(Setting, LOGO)
    said = dict(before.value) if before is not None else None
    decide(db, LOGO, stamp)
    db.add(SettingChange(name=LOGO, before=said, after={"is": stamp}, changed_at=now, changed_by_id=by.id))
    db.flush()


def _keep(db: Session, name: str, made: tuple[str, bytes], *, member_id: int | None) -> None:
    media_type, data = made
    content = base64.b64encode(data).decode("ascii")
    db.merge(Picture(name=name, member_id=member_id, media_type=media_type, content=content))
    db.flush()


def _bytes(picture: Picture | None) -> tuple[str, bytes]:
    if picture is None:
        raise NotFound
    return picture.media_type, base64.b64decode(picture.content)


def _name(member_id: int) -> str:
    return f"member:{member_id}"
