"""The record, to search and to take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from flashmeet.audit.models import AuditEntry
from flashmeet.audit.queries import Wanted, entries
from flashmeet.core.database.session import Database
from flashmeet.core.numbers import number_or_none
from flashmeet.core.text import sort_key
from flashmeet.core.zones import day_span
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller
from flashmeet.http.audit import records
from flashmeet.http.display import display_day, display_tzid
from flashmeet.http.responses.tables import table_file
from flashmeet.http.services import reading, services
from flashmeet.identity.acts import LABELS, Act
from flashmeet.identity.queries import names_of

bp = Blueprint("admin_audit", __name__)

A_PAGE, A_BATCH = 50, 1_000
COLUMNS = ("at", "act", "by", "by_id", "to", "to_id", "about", "network", "browser")


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """The form as it was sent; what cannot be read is passed over."""

    q: str
    act: str
    first: str
    last: str
    before: int | None

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> AuditQuery:
        act = fields.get("act", "")
        first, last = (_day_text(fields.get(name, "")) for name in ("first", "last"))
        known = act if act in {each.value for each in Act} else ""
        return cls(fields.get("q", "").strip()[:200], known, first, last, number_or_none(fields.get("before", "")))

    def wanted(self, tzid: str) -> Wanted:
        """Returns what is searched for; the days are whole ones in this zone, the last one included."""
        return Wanted(
            viewer_id=caller().member_id,
            person=self.q,
            act=Act(self.act) if self.act else None,
            since=day_span(date.fromisoformat(self.first), tzid)[0] if self.first else None,
            until=day_span(date.fromisoformat(self.last), tzid)[1] if self.last else None,
        )

    def on(self, before: int | None) -> dict[str, str | int]:
        return {"q": self.q, "act": self.act, "first": self.first, "last": self.last, "before": before or ""}


def _day_text(text: str) -> str:
    """Returns the day if it is one that every zone knows, else ""."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return ""
    return day.isoformat() if 2000 <= day.year <= 2999 else ""


@bp.get("/admin/audit")
@access("administrator")
def show() -> ResponseReturnValue:
    asked = AuditQuery.parse(request.args)
    with reading() as db:
        found = entries(db, asked.wanted(display_tzid()), before=asked.before, limit=A_PAGE + 1)
        rows = found[:A_PAGE]
        return render_template(
            "audit/admin_audit.html",
            asked=asked,
            rows=rows,
            names=names_of(db, _people(rows)),
            acts=sorted(((each.value, act_words(each)) for each in Act), key=lambda pair: sort_key(pair[1], "")),
            older=rows[-1].id if len(found) > A_PAGE else None,
        )


@bp.get("/admin/audit.csv", defaults={"ending": "csv"})
@bp.get("/admin/audit.xlsx", defaults={"ending": "xlsx"})
@access("administrator", fresh=True)
@records(Act.AUDIT_EXPORTED)
def export(ending: str) -> ResponseReturnValue:
    """Returns the lines searched for as CSV or XLSX, read batch by batch; instants are UTC."""
    wanted = AuditQuery.parse(request.args).wanted(display_tzid())
    rows = chain([COLUMNS], _rows(services().database, wanted))
    return table_file(rows, name=f"audit-{display_day()}", ending=ending)


def _rows(database: Database, wanted: Wanted) -> Iterator[tuple[object, ...]]:
    before: int | None = None
    while True:
        with database.reading() as db:
            found = entries(db, wanted, before=before, limit=A_BATCH)
            names = names_of(db, _people(found))
        if not found:
            return
        yield from (_cells(each, names) for each in found)
        before = found[-1].id


def _cells(entry: AuditEntry, names: Mapping[int, str]) -> tuple[object, ...]:
    return (
        entry.at.isoformat(),
        entry.act.value,
        names.get(entry.by_id or 0, ""),
        entry.by_id,
        names.get(entry.to_id or 0, ""),
        entry.to_id,
        entry.about,
        entry.network,
        entry.browser,
    )


def _people(rows: Sequence[AuditEntry]) -> list[int | None]:
    return [person for row in rows for person in (row.by_id, row.to_id)]


@bp.app_template_filter()
def act_words(act: Act) -> str:
    """Names the act."""
    return str(gettext(LABELS[act]))
