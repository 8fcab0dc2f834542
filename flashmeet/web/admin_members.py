"""The members, as a list that can act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.gate.access import access
from flashmeet.gate.identity import member
from flashmeet.gate.parts import now, reading, writing
from flashmeet.service.membership import A_PAGE, FILTERS, approve, find_members, reinstate, suspend

bp = Blueprint("admin_members", __name__)

MOST_PAGES = 100_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which members are looked at; anything unreadable counts as not said."""

    q: str
    only: str
    page: int

    @classmethod
    def parse(cls, fields: Mapping[str, str]) -> Asked:
        only, page = fields.get("only", ""), fields.get("page", "")
        number = int(page) if page.isascii() and page.isdigit() and len(page) < 7 else 1
        text = fields.get("q", "").strip()[:200]
        return cls(text, only if only in FILTERS else "", min(max(number, 1), MOST_PAGES))

    def on(self, page: int) -> dict[str, str | int]:
        return {"q": self.q, "only": self.only, "page": page if page > 1 else ""}


@bp.get("/admin/members")
@access("administrator")
def show() -> ResponseReturnValue:
    asked = Asked.parse(request.args)
    with reading() as session:
        found = find_members(session, text=asked.q, only=asked.only, page=asked.page)
        return render_template(
            "admin/members.html", asked=asked, found=found, you=member(session), last=-(-found.total // A_PAGE)
        )


@bp.post("/admin/members/<int:member_id>/approve")
@access("administrator")
def approve_member(member_id: int) -> ResponseReturnValue:
    with writing() as session:
        approve(session, member_id, now=now())
    return _back()


@bp.post("/admin/members/<int:member_id>/suspend")
@access("administrator")
def suspend_member(member_id: int) -> ResponseReturnValue:
    with writing() as session:
        suspend(session, member_id, by=member(session), now=now())
    return _back()


@bp.post("/admin/members/<int:member_id>/reinstate")
@access("administrator")
def reinstate_member(member_id: int) -> ResponseReturnValue:
    with writing() as session:
        reinstate(session, member_id, now=now())
    return _back()


def _back() -> ResponseReturnValue:
    """To the list as it was."""
    asked = Asked.parse(request.form)
    said = {name: value for name, value in asked.on(asked.page).items() if value}
    return redirect("/admin/members" + (f"?{urlencode(said)}" if said else ""), 303)
