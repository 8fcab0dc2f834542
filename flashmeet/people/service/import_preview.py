"""A member file in the browser: looked at first, kept for an hour, its good rows taken on a word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound
from flashmeet.core.secrets import hashed, new_secret
from flashmeet.core.settings.queries import network_settings
from flashmeet.core.text_matching import fold
from flashmeet.http.models import Draft
from flashmeet.http.service.drafts import KEPT_FOR
from flashmeet.identity.models.member import Member
from flashmeet.people.service.import_members import Imported, import_members
from flashmeet.people.service.import_rows import MemberFile, read_file
from flashmeet.themes.models.theme import ThemeTerm

_PATH = "/admin/members/import"
_ADDRESSES_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a file; `key` takes it."""

    key: str
    file: MemberFile
    known: int
    new_themes: list[str]


def preview(session: Session, data: bytes, *, by: Member, now: datetime) -> Preview:
    """Keeps the file for an hour, for that administrator."""
    file, key = read_file(data, country=network_settings(session).country), new_secret()
    text = data.decode().replace("\0", "") if file.rows else ""
    kept = {"file": [text], "by": [str(by.id)]}
    session.add(Draft(key_hash=hashed(key), path=_PATH, fields=kept, expires_at=now + KEPT_FOR))
    session.flush()
    return Preview(key, file, _known(session, [row.email for row in file.rows]), _new_themes(session, file))


def take_good_rows(session: Session, key: str, *, update: bool, by: Member, now: datetime) -> Imported:
    """Writes the rows that are right; once, however often it is asked. Raises NotFound."""
    draft = session.get(Draft, hashed(key), with_for_update=True)
    if draft is None or draft.path != _PATH or draft.expires_at <= now or draft.fields["by"] != [str(by.id)]:
        raise NotFound
    file = read_file(draft.fields["file"][0].encode(), country=network_settings(session).country)
    session.delete(draft)
    return import_members(session, file.rows, update=update, now=now)


def _known(session: Session, emails: list[str]) -> int:
    found = 0
    for first in range(0, len(emails), _ADDRESSES_AT_ONCE):
        some = Member.email.in_(emails[first : first + _ADDRESSES_AT_ONCE])
        found += len(session.scalars(select(Member.id).where(some, Member.joining.is_(None))).all())
    return found


def _new_themes(session: Session, file: MemberFile) -> list[str]:
    terms = set(session.scalars(select(ThemeTerm.term)))
    named = {fold(name): name for row in file.rows for name in row.themes}
    return sorted(name for term, name in named.items() if term not in terms)
