"""The member's calendar feed: its address to subscribe to, and the feed itself."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.calendars.pages.confirming import closing_address, renewing_address
from flashmeet.calendars.service.feeds import feed_at
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.services import now, reading, service, services, writing
from flashmeet.identity.models import Feed
from flashmeet.identity.service.feeds import close_feed, feed_of, open_feed
from flashmeet.messages.rules.invites import FEED_FILE

bp = Blueprint("feed", __name__)


@bp.get("/me/feed")
@access("member")
def show() -> ResponseReturnValue:
    with reading() as db:
        return _page(feed_of(db, member(db)))


@bp.post("/me/feed")
@access("member", keeps_draft=False)
@asks_first(renewing_address)
def make() -> ResponseReturnValue:
    """Shows the new address on the page itself, once, and never in a URL.

    The form names the address that it replaces: sent again by a reload, it does not end the one that it has made.
    """
    with writing() as db:
        you = member(db)
        stands = feed_of(db, you)
        if "replaces" in request.form and request.form["replaces"] != _made_at(stands):
            return _page(stands)
        address = services().links.feed(open_feed(db, you, now=now()))
        return _page(feed_of(db, you), address)


def _page(feed: Feed | None, address: str = "") -> str:
    subscription = f"webcal:{address.partition(':')[2]}"
    made_at = _made_at(feed)
    return render_template(
        "calendars/feed.html", feed=feed, address=address, subscription=subscription, made_at=made_at
    )


def _made_at(feed: Feed | None) -> str:
    return feed.created_at.isoformat() if feed else ""


@bp.post("/me/feed/close")
@access("member", keeps_draft=False)
@asks_first(closing_address)
def close() -> ResponseReturnValue:
    with writing() as db:
        close_feed(db, member(db))
    return redirect(url_for("feed.show"), 303)


@bp.get("/calendar/<feed_secret>.ics")
@access("anyone")
@revalidated
def read(feed_secret: str) -> ResponseReturnValue:
    """Serves the feed to calendars, which send no cookie: the address is the key. Raises NotFound."""
    here, name = services(), network().name
    with reading() as db:
        feed = feed_at(db, feed_secret, links=here.links, mail_from=here.config.mail_from, network_name=name, now=now())
    ics = service(FEED_FILE)(feed)
    return Response(ics, content_type="text/calendar; charset=utf-8", headers={"X-Robots-Tag": "noindex"})
