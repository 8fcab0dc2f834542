"""Counts a played year again, in SQL, from the bare list of outcomes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from tests.simulation.network import Mentor
from tests.simulation.play import Outcome


def recounted(outcomes: Sequence[Outcome], mentors: Sequence[Mentor]) -> tuple[int, int, float]:
    """Returns how many were helped, how many said no, and the median of days to the hour."""
    with sqlite3.connect(":memory:") as db:
        db.execute("CREATE TABLE outcome (need INTEGER, mentor INTEGER, asked REAL, begins REAL, refused INTEGER)")
        db.executemany(
            "INSERT INTO outcome VALUES (?, ?, ?, ?, ?)",
            [
                (
                    each.need.id,
                    each.mentor,
                    each.need.at.timestamp(),
                    each.starts_at.timestamp() if each.starts_at else None,
                    each.refused,
                )
                for each in outcomes
            ],
        )
        helped, refused = db.execute("SELECT count(mentor), sum(refused) FROM outcome").fetchone()
        (median,) = db.execute(
            "WITH days AS (SELECT (begins - asked) / 86400 AS d, row_number() OVER (ORDER BY begins - asked) AS n,"
            " count(*) OVER () AS c FROM outcome WHERE mentor IS NOT NULL)"
            " SELECT avg(d) FROM days WHERE n IN ((c + 1) / 2, (c + 2) / 2)"
        ).fetchone()
        (double,) = db.execute(
            "SELECT count(*) FROM outcome a JOIN outcome b ON a.mentor = b.mentor AND a.begins = b.begins"
            " AND a.need < b.need"
        ).fetchone()
    if double:
        raise AssertionError(f"{double} hours were given twice")
    return helped, refused, round(median, 2)
