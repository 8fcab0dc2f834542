"""API operation on a need in a member's own words."""

from __future__ import annotations

from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import caller
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.display import display_locale
from flashmeet.http.services import now, reading, service
from flashmeet.portal.schemas import Fit, NearestThemesOut, NearTheme, NeedQuery
from flashmeet.portal.service.nearest_themes import NearestThemes, free_themes, nearest_themes
from flashmeet.requests.rules.ways_asked import ways_asked
from flashmeet.requests.schemas import series_out
from flashmeet.schedule.service.open_hours import open_hours
from flashmeet.themes.rules.understanding import UNDERSTANDING
from flashmeet.themes.schemas import theme_ref


@api.get("/nearest-themes", responses={200: NearestThemesOut})
@access("member")
@endpoint
def list_nearest_themes(query: NeedQuery) -> NearestThemesOut:
    """Returns the three themes that a need is nearest to, with their free hours. Nothing of it is kept."""
    with reading() as db:
        hours = open_hours(db, tzid=caller().tzid, viewer_id=caller().member_id, now=now())
        free = free_themes(db, hours, locale=display_locale())
        found = nearest_themes(db, query.need, free, by=service(UNDERSTANDING))
    items = [
        NearTheme(
            theme=theme_ref(row.theme, display_locale()),
            fit=_fit(found, place),
            open_hours=row.hours,
            more_hours=row.more,
        )
        for place, row in enumerate(found.rows)
    ]
    ways = ways_asked(query.need, today=local_date(now(), caller().tzid))
    return NearestThemesOut(
        items=items, sure=found.sure, relation=ways.relation, series=series_out(ways.series) if ways.series else None
    )


def _fit(found: NearestThemes, place: int) -> Fit:
    if place == 0 and found.sure:
        return Fit.ABOUT
    return Fit.NEAR if found.rows[place].theme.id in found.near else Fit.OTHER
