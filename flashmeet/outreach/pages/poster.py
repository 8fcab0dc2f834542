"""The poster with its code to scan, and ready paragraphs to copy into one's own newsletter."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from flashmeet.core.errors import NotFound, TooLong
from flashmeet.core.settings.policies import JoiningMode
from flashmeet.http.admission.access import access
from flashmeet.http.display import display_locale, network
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import reading, service, services
from flashmeet.i18n.catalogue import translations
from flashmeet.outreach.rules.posters import POSTER_FILE, Poster, checked_line
from flashmeet.outreach.rules.segments import SegmentRole
from flashmeet.outreach.wording import PARAGRAPHS
from flashmeet.people.service.pictures import logo

bp = Blueprint("admin_poster", __name__)


@bp.get("/admin/outreach/words")
@access("administrator")
def words() -> ResponseReturnValue:
    """Shows the poster's form and the paragraphs, in the network's languages."""
    return _words()


def _words(refusal: TooLong | None = None) -> str:
    return render_template(
        "outreach/words.html",
        paragraphs=[
            (role, locale, translations(locale).gettext(said) % {"network": network().name, "address": _address()})
            for role, said in PARAGRAPHS.items()
            for locale in network().locales
        ],
        locales=network().locales,
        address=_address(),
        line=request.args.get("own_line", ""),
        problem=words_of(refusal) if refusal is not None else "",
    )


@bp.get("/admin/outreach/poster.pdf")
@access("administrator")
def poster() -> ResponseReturnValue:
    """Returns the poster as a file; a line that is too long is refused beside its field."""
    try:
        line = checked_line(request.args.get("own_line", ""))
    except TooLong as refusal:
        return _words(refusal), status_of(refusal)
    asked, said = request.args.get("locale", ""), request.args.get("role", "")
    settings = network()
    with reading() as db:
        made = Poster(
            network=settings.name,
            role=next((each for each in SegmentRole if each == said), SegmentRole.EVERYBODY),
            line=line,
            address=_address(),
            accent=settings.accent,
            logo=_logo(db) if settings.logo else b"",
            locale=asked if asked in settings.locales else display_locale(),
        )
    headers = {"Content-Disposition": 'attachment; filename="poster.pdf"'}
    return Response(service(POSTER_FILE)(made), mimetype="application/pdf", headers=headers)


def _logo(db: Session) -> bytes:
    try:
        return logo(db)[1]
    except NotFound:
        return b""


def _address() -> str:
    """Returns where newcomers begin: the form for joining where anybody may use it, else the first page."""
    links = services().links
    return links.home() if network().joining == JoiningMode.CLOSED else links.joining()
