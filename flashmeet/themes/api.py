"""What people ask about."""

from __future__ import annotations

from flashmeet.core.errors import NotFound, UnknownTheme
from flashmeet.http.access import access
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.fields import QueryModel
from flashmeet.http.api.problem_schemas import telling
from flashmeet.http.identity import display_locale
from flashmeet.http.services import reading
from flashmeet.themes.schemas import ThemeOut, ThemePath, ThemesOut, theme_out
from flashmeet.themes.service import active_themes, find_theme


class ThemesQuery(QueryModel):
    """There are few: they come all at once."""


@api.get("/themes", responses={200: ThemesOut})
@access("member")
@endpoint
def list_themes(query: ThemesQuery) -> ThemesOut:
    """The network's themes."""
    with reading() as db:
        items = [theme_out(theme, display_locale()) for theme in active_themes(db)]
    return ThemesOut(items=items, next_cursor=None)


@api.get("/themes/<theme>", responses={200: ThemeOut, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_theme(path: ThemePath) -> ThemeOut:
    """One theme."""
    with reading() as db:
        try:
            return theme_out(find_theme(db, path.theme), display_locale())
        except UnknownTheme as unknown:
            raise NotFound from unknown
