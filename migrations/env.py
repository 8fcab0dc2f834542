"""Runs the migrations on the connection that `store.migrate` hands over; a developer's `alembic` opens one itself."""

from __future__ import annotations

from typing import Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from flashmeet.core.config import Config
from flashmeet.core.database.engine import Database
from flashmeet.core.database.types import UtcDateTime
from flashmeet.models import Base


def plain_type(kind: str, item: object, _autogen: AutogenContext) -> str | Literal[False]:
    """A migration keeps its meaning when our own types change their name: it spells the plain ones."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UtcDateTime) else False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=plain_type,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with Database(Config.from_env().database_url).engine.begin() as opened:
        run(opened)
