"""The PDF that each of the two may give the other, on the page of their booking. It is given out as a file only."""

from __future__ import annotations

from contextlib import closing

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.bookings.pages.booking_page import Written, booking_page
from flashmeet.bookings.pages.confirming import removing_file
from flashmeet.bookings.rules.threads import FILE_MEGABYTES
from flashmeet.bookings.service.agenda import booking_of
from flashmeet.bookings.service.thread.files import file_of, give_file, take_file_back
from flashmeet.core.errors import BadInput, Missing, NotFound, Refusal
from flashmeet.core.limits import Limit
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing

bp = Blueprint("thread_files", __name__)

MOST_BYTES = 20_100_000
"""More than is taken, so that whoever sends too much reads why beside the field."""
FILES = Limit(name="thread_files", most=10, seconds=3600)
"""Files that one member sends, to whomever."""
ALONE = "sandbox; default-src 'none'"
"""What a file may do where a browser shows it after all: nothing."""


@bp.get("/bookings/<int:booking_id>/files/<int:file_id>")
@access("member")
def fetch(booking_id: int, file_id: int) -> ResponseReturnValue:
    with reading() as db:
        name, data = file_of(db, member(db), booking_id, file_id, now=now())
    answer = Response(data, mimetype="application/pdf", headers={"Content-Security-Policy": ALONE})
    answer.headers.set("Content-Disposition", "attachment", filename=name)
    return answer


@bp.post("/bookings/<int:booking_id>/files")
@access("member", keeps_draft=False, most_bytes=MOST_BYTES)
@asks_first(removing_file)
def give(booking_id: int) -> ResponseReturnValue:
    """Raises NotFound, TooManyRequests."""
    try:
        if "drop" in request.form:
            with writing() as db:
                take_file_back(db, member(db), booking_id)
        else:
            _give(booking_id)
    except NotFound:
        raise
    except Refusal as refusal:
        with reading() as db:
            you = member(db)
            problem = Written("file", "", words_of(refusal))
            on_top = None if isinstance(refusal, BadInput) else refusal
            return booking_page(db, you, booking_of(db, you, booking_id), on_top, written=problem), status_of(refusal)
    return redirect(url_for("bookings.show", booking_id=booking_id, _anchor="thread"), 303)


def _give(booking_id: int) -> None:
    spend(FILES, str(caller().member_id))
    file = request.files.get("file")
    if file is None:
        raise Missing("file")
    with closing(file), writing() as db:
        data = file.stream.read(FILE_MEGABYTES * 1_000_000 + 1)
        give_file(db, member(db), booking_id, name=file.filename or "", data=data, now=now())
