"""What a database refuses, in sentences that say what to do; none holds the password."""

from __future__ import annotations

import re

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from flashmeet.cli.installation import Refused
from flashmeet.core.database.session import Database

_ROLE_OWNS = "As PostgreSQL's superuser: ALTER DATABASE name OWNER TO user"
_BY_STATE = {
    "42501": f"the database's user may not make tables there (schema public belongs to somebody else). {_ROLE_OWNS}",
    "28P01": "PostgreSQL refuses the user or the password of FLASHMEET_DATABASE_URL",
    "3D000": "there is no database of that name. Make one: CREATE DATABASE name OWNER user",
    "53300": "PostgreSQL has no connection left. Raise max_connections, or run fewer processes and threads",
    "57P03": "PostgreSQL is still starting. Try again in a moment",
    "53100": "the disk of the database is full. Make room, then try again",
    "25006": "this PostgreSQL only reads (a replica?). Name the primary in FLASHMEET_DATABASE_URL",
    "22P05": "the database cannot store every letter: make one in UTF-8 (CREATE DATABASE name ENCODING 'UTF8')",
}
_BY_WORDS = (
    (r"password authentication failed|no password supplied", _BY_STATE["28P01"]),
    (r'role "[^"]*" does not exist', "PostgreSQL has no such user. Make one: CREATE ROLE user LOGIN PASSWORD '…'"),
    (r"Peer authentication failed|no pg_hba\.conf entry", "PostgreSQL lets this user in neither from here nor so. "
     "Its pg_hba.conf says who may: over a socket, the system user and PostgreSQL's must have one name"),
    (r'database "[^"]*" does not exist', _BY_STATE["3D000"]),
    (r"too many (?:clients|connections)|remaining connection slots", _BY_STATE["53300"]),
    (r"starting up", _BY_STATE["57P03"]),
    (r"could not translate host name|failed to resolve host|Name or service not known|nodename nor servname|"
     r"Temporary failure in name resolution", "DNS knows no such host. Is FLASHMEET_DATABASE_URL spelt right?"),
    (r"Connection refused|No such file or directory\s+Is the server running", "nobody answers at the address in "
     "FLASHMEET_DATABASE_URL. Does PostgreSQL run, and listen there?"),
    (r"timeout|timed out", "PostgreSQL did not answer in time. Does a firewall stand between?"),
    (r"SSL|certificate", "PostgreSQL and this program do not agree on encryption. See sslmode in its documentation"),
    (r"readonly database|read-only", "the database cannot be written by this user. Run the command as the owner of "
     "the SQLite file and its folder"),
    (r"unable to open database file", "the SQLite file cannot be opened: its folder is missing or not this user's, or "
     "a folder has its name"),
    (r"database or disk is full", "the disk of the database is full. Make room, then try again"),
    (r"file is not a database|malformed", "the file in FLASHMEET_DATABASE_URL is no SQLite database, or a broken one. "
     "`flashmeet restore` fills a new one from a backup"),
    (r"disk I/O error", "the disk of the SQLite file is full, or reports an error. Make room; where there is some, "
     "look at the system's log"),
    (r"database file is gone", "the SQLite file was deleted or moved away. Put it back, or stop flashmeet and fill a "
     "new one: `flashmeet restore`"),
    (r"beside the log of the old one", "another SQLite file was put in its place, and the -wal beside it belongs to "
     "the old one: together they break. Stop flashmeet, take -wal and -shm away, start it again"),
    (r"database is locked", "another program has held the SQLite file for 15 seconds. Try again when it has ended"),
)  # fmt: skip


def sentence(error: SQLAlchemyError) -> str:
    """Returns what is wrong and what to do; the driver's own first line where we know nothing better."""
    origin = error.orig if isinstance(error, DBAPIError) else None
    words = str(origin or type(error).__name__).strip()
    known = _BY_STATE.get(getattr(origin, "sqlstate", None) or "")
    if known is None:
        known = next((said for pattern, said in _BY_WORDS if re.search(pattern, words)), None)
    first = (words.splitlines() or [""])[0]
    if known is None:
        return f"the database does not answer ({first})"
    return f"the database does not answer: {known}{'' if known.endswith('?') else '.'}"


def check_encoding(database: Database) -> None:
    """Raises Refused where the database cannot store every letter."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.reading() as db:
        encoding = db.scalar(text("SHOW server_encoding"))
    if encoding != "UTF8":
        raise Refused(
            f"the database is in {encoding}, in which not every name can be written. Make one in UTF-8: "
            "CREATE DATABASE name OWNER user ENCODING 'UTF8' TEMPLATE template0"
        )
