"""The channel that makes copies of members' data: a ZIP of JSON files, the hours as ICS, the photo and files."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from flashmeet.core.database.session import Database
from flashmeet.core.links import Links
from flashmeet.identity.models import Member
from flashmeet.messages.rendering.ics import feed_file
from flashmeet.messages.rules.channels import ChannelName, Outcome, Outgoing, Sent
from flashmeet.privacy.service.contents import Contents, contents_of
from flashmeet.privacy.service.copies import keep_copy


class CopyChannel:
    """The `Channel` of copies. Making one is idempotent, so a doubtful attempt is simply repeated."""

    name, batch, per_second = ChannelName.COPY, 1, 1.0

    def __init__(
        self,
        database: Database,
        links: Links,
        mail_from: str,
        network_name: Callable[[], str],
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._database, self._links, self._mail_from = database, links, mail_from
        self._network_name, self._clock = network_name, clock

    def send(self, messages: Sequence[Outgoing]) -> Iterator[tuple[int, Outcome]]:
        for message in messages:
            yield message.id, self.look_up(message)

    def look_up(self, message: Outgoing) -> Outcome:
        name = self._network_name()
        with self._database.reading() as db:
            member = db.get_one(Member, message.recipient_id)
            contents = contents_of(db, member, links=self._links, mail_from=self._mail_from, network_name=name)
        file = zipped(contents, at=self._clock())
        with self._database.writing() as db:
            keep_copy(db, message.payload["copy_id"], file, now=self._clock())
        return Sent()


def zipped(contents: Contents, *, at: datetime) -> bytes:
    """Returns the copy as a ZIP; a purpose under which nothing is kept has a file too, which says so."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:

        def add(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, at.timetuple()[:6]), data, zipfile.ZIP_DEFLATED)

        for name, document in contents.documents.items():
            add(name, json.dumps(document, ensure_ascii=False, indent=2, default=str).encode())
        add("hours.ics", feed_file(contents.hours))
        if contents.photo is not None:
            add(*contents.photo)
        for file in contents.files:
            add(*file)
    return written.getvalue()
