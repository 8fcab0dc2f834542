"""The page of the link mailed to a former address: it takes the account back. A GET changes nothing."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import viewer_id
from flashmeet.http.services import now, reading, services, writing
from flashmeet.people.models import AddressChange
from flashmeet.people.service.addresses import address_change, give_back

bp = Blueprint("address_back", __name__)


@bp.get("/address-back/<back_token>")
@access("anyone")
def show(back_token: str) -> ResponseReturnValue:
    with reading() as db:
        change = _behind(db, back_token)
        return render_template("people/address_back.html", token=back_token, email=change.before)


@bp.post("/address-back/<back_token>")
@access("anyone")
def take_back(back_token: str) -> ResponseReturnValue:
    """Gives the account back and signs everyone out. Raises NotFound, AddressTaken."""
    with writing() as db:
        give_back(db, _behind(db, back_token), now=now())
    return redirect(url_for("sign_in.address"), 303)


def _behind(db: Session, token: str) -> AddressChange:
    return address_change(db, token, links=services().links, viewer_id=viewer_id(), now=now())
