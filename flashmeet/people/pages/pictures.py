"""Photos, for members only; the network's logo and colours, for anybody."""

from __future__ import annotations

from contextlib import closing
from typing import BinaryIO, cast

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadPicture
from flashmeet.core.limits import Limit
from flashmeet.core.settings.colours import DARK_PAPER, LIGHT_INK, LIGHT_PAPER, WHITE, mixed, text_on
from flashmeet.core.settings.service import history_of
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller, member
from flashmeet.http.admission.rate_limits import spend
from flashmeet.http.audit import records
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, reading, service, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.people.pages.confirming import removing_logo, removing_photo
from flashmeet.people.rules.pictures import PICTURE_FILE
from flashmeet.people.service.pictures import (
    LOGO_HEIGHT,
    LOGO_WIDTH,
    PHOTO_SIDE,
    drop_logo,
    drop_photo,
    keep_logo,
    keep_photo,
    logo,
    photo_of,
)

bp = Blueprint("pictures", __name__)

MOST_BYTES = 20_100_000
PICTURES = Limit(name="pictures", most=20, seconds=3600)
"""Pictures that one member sends: enough to find the one that is liked, and each costs a second at most."""
A_DAY = "public, max-age=86400"


@bp.get("/members/<int:member_id>/photo")
@access("member")
@revalidated
def photo(member_id: int) -> ResponseReturnValue:
    """Sends a member's photo, which browsers ask for anew each time: a removed photo disappears at once."""
    with reading() as db:
        media_type, data = photo_of(db, member_id, viewer_id=caller().member_id)
    return Response(data, mimetype=media_type)


@bp.post("/me/photo")
@access("member", keeps_draft=False, most_bytes=MOST_BYTES)
@asks_first(removing_photo)
def save_photo() -> ResponseReturnValue:
    """Raises BadPicture, TooManyRequests, Busy."""
    if "drop" in request.form:
        with writing() as db:
            drop_photo(db, member(db))
        return redirect(url_for("profile.show", saved=1), 303)
    made = _made(width=PHOTO_SIDE, height=PHOTO_SIDE, cut=True)
    with writing() as db:
        keep_photo(db, member(db), made, now=now())
    return redirect(url_for("profile.show", saved=1), 303)


@bp.get("/logo")
@access("anyone")
def show_logo() -> ResponseReturnValue:
    with reading() as db:
        media_type, data = logo(db)
    return Response(data, mimetype=media_type, headers={"Cache-Control": A_DAY})


@bp.get("/admin/settings/logo")
@access("administrator")
def logo_page() -> ResponseReturnValue:
    return _logo_page()


@bp.post("/admin/settings/logo")
@access("administrator", keeps_draft=False, most_bytes=MOST_BYTES)
@asks_first(removing_logo)
@records(Act.LOGO_CHANGED)
def save_logo() -> ResponseReturnValue:
    """Raises TooManyRequests, Busy."""
    try:
        made = None if "drop" in request.form else _made(width=LOGO_WIDTH, height=LOGO_HEIGHT, cut=False)
    except BadPicture as refusal:
        return _logo_page(words_of(refusal)), 422
    with writing() as db:
        if made is None:
            drop_logo(db, by=member(db), now=now())
        else:
            keep_logo(db, made, by=member(db), now=now())
    return redirect(url_for("pictures.logo_page"), 303)


def _logo_page(problem: str = "") -> str:
    with reading() as db:
        history = history_of(db, "logo")
        names = names_of(db, (each.changed_by_id for each in history))
        return render_template("programme/logo.html", history=history, names=names, problem=problem)


def _made(*, width: int, height: int, cut: bool) -> tuple[str, bytes]:
    """Counts one picture of the member. Raises BadPicture, TooManyRequests, Busy."""
    file = request.files.get("picture")
    if file is None:
        raise BadPicture("picture")
    spend(PICTURES, str(caller().member_id))
    with closing(file):
        return service(PICTURE_FILE)(cast(BinaryIO, file.stream), width=width, height=height, cut=cut)


@bp.get("/look.css")
@access("anyone")
def look() -> ResponseReturnValue:
    """Sends the network's colours as CSS, in place of the shipped ones."""
    light, dark = network().accent, network().accent_dark
    sheet = (
        f":root {{ {_tokens(light, deep=mixed(light, LIGHT_INK, 0.8), paper=LIGHT_PAPER)} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ "
        f"{_tokens(dark, deep=mixed(dark, WHITE, 0.75), paper=DARK_PAPER)} }} }}\n"
    )
    kept = A_DAY if request.args.get("v") == network().look else "no-store"
    return Response(sheet, mimetype="text/css", headers={"Cache-Control": kept})


def _tokens(accent: str, *, deep: str, paper: str) -> str:
    soft = mixed(accent, paper, 0.06)
    return f"--accent: {accent}; --accent-deep: {deep}; --accent-soft: {soft}; --on-accent: {text_on(accent)};"
