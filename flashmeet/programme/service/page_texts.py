"""The network's own charter, privacy notice and legal notice."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept
from flashmeet.core.files import folder
from flashmeet.core.settings.models import PageText
from flashmeet.core.settings.page_texts import checked_page, checked_texts
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.models import Member


@dataclass(frozen=True, slots=True)
class WrittenText:
    """The network's own text of one page, by language, and when it was last edited."""

    texts: Mapping[str, str]
    changed_at: datetime


def text_to_show(db: Session, name: str) -> WrittenText | None:
    """Returns the network's own text, which each process keeps; None where it has none."""
    return kept(db, _written).get(checked_page(name))


def _written(db: Session) -> Mapping[str, WrittenText]:
    return {row.name: WrittenText(dict(row.texts), row.changed_at) for row in db.scalars(select(PageText))}


def own_text(db: Session, name: str, *, locked: bool = False) -> PageText | None:
    """Returns its row, to be edited; None where there is none."""
    return db.get(PageText, checked_page(name), with_for_update={"of": PageText} if locked else None)


@functools.cache
def shipped_text(name: str) -> Mapping[str, str]:
    """Returns the shipped text to start from, by language."""
    root = folder("templates") / "programme" / "starting_texts"
    return {locale: (root / f"{checked_page(name)}.{locale}.txt").read_text("utf-8").strip() for locale in LOCALES}


def write_text(db: Session, name: str, texts: Mapping[str, str], *, by: Member, now: datetime) -> None:
    """Saves the text, shown at once; one in a language that is not among `texts` stays.

    Raises NotFound, Missing, TooLong.
    """
    there = own_text(db, name)
    words = {**(there.texts if there else {}), **checked_texts(texts)}
    db.merge(PageText(name=checked_page(name), texts=words, changed_at=now, changed_by_id=by.id))
    db.flush()


def drop_text(db: Session, name: str) -> None:
    """Deletes the network's text, so that the shipped one is shown."""
    there = own_text(db, name)
    if there is not None:
        db.delete(there)
        db.flush()


def written_pages(db: Session) -> dict[str, datetime]:
    """Returns when each page was last edited."""
    return {row.name: row.changed_at for row in db.scalars(select(PageText))}
