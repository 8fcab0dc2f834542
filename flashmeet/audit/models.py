"""The table of the record, and the triggers that keep its lines as they were written."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DDL, Index, event
from sqlalchemy.orm import Mapped, mapped_column

from flashmeet.core.database.base import Base, Id
from flashmeet.core.database.types import StoredEnum
from flashmeet.identity.acts import Act


class AuditEntry(Base):
    """One act: who did what to whom, when, and from where.

    `by_id` and `to_id` are ids of members, and no foreign keys: a line outlives the row it names. `network` is a range
    of addresses, "" for an act of the server's command line. Nobody can change a line, or delete it before
    `kept_until`.
    """

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    at: Mapped[datetime]
    act: Mapped[Act] = mapped_column(StoredEnum(Act))
    by_id: Mapped[int | None] = mapped_column(Id)
    to_id: Mapped[int | None] = mapped_column(Id)
    about: Mapped[str] = mapped_column(default="")
    network: Mapped[str] = mapped_column(default="")
    browser: Mapped[str] = mapped_column(default="")
    kept_until: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_by", "by_id", "at"),
        Index("ix_audit_entry_to", "to_id", "at"),
    )

    @property
    def by_the_server(self) -> bool:
        """Whether the server's command line did it."""
        return self.by_id is None and not self.network


_SQLITE = (
    """CREATE TRIGGER audit_entry_stays BEFORE UPDATE ON audit_entry
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
    """CREATE TRIGGER audit_entry_is_kept BEFORE DELETE ON audit_entry WHEN OLD.kept_until > datetime('now')
BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END""",
)
_POSTGRESQL = (
    """CREATE FUNCTION flashmeet_keep_record() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF TG_OP = 'DELETE' AND OLD.kept_until <= now() THEN RETURN OLD; END IF;
RAISE EXCEPTION 'the record is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    """CREATE TRIGGER audit_entry_stays BEFORE UPDATE OR DELETE ON audit_entry
FOR EACH ROW EXECUTE FUNCTION flashmeet_keep_record()""",
    """CREATE TRIGGER audit_entry_is_whole BEFORE TRUNCATE ON audit_entry
FOR EACH STATEMENT EXECUTE FUNCTION flashmeet_keep_record()""",
)
for _dialect, _statements in (("sqlite", _SQLITE), ("postgresql", _POSTGRESQL)):
    for _statement in _statements:
        event.listen(
            AuditEntry.__table__,
            "after_create",
            DDL(_statement).execute_if(dialect=_dialect),  # type: ignore[no-untyped-call]  # untyped in SQLAlchemy
        )
event.listen(
    AuditEntry.__table__,
    "after_drop",
    DDL("DROP FUNCTION flashmeet_keep_record()").execute_if(dialect="postgresql"),  # type: ignore[no-untyped-call]
)
