"""The mentor's own page as others see it, and the link and QR code that lead to it."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.services import reading, services
from flashmeet.security.adapters.qr_codes import qr_code

bp = Blueprint("own_link", __name__)


@bp.get("/me/link")
@access("mentor")
def show() -> ResponseReturnValue:
    with reading() as db:
        you = member(db)
        address = services().links.page(
            url_for("mentors.mentor", mentor_id=you.id).removeprefix(services().config.path)
        )
        return render_template("portal/own_link.html", you=you, address=address, picture=qr_code(address))
