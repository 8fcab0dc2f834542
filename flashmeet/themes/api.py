"""API operations on themes."""

from __future__ import annotations

from flask import Response
from sqlalchemy.orm import Session

from flashmeet.core.database.kept import kept
from flashmeet.core.errors import NotFound, UnknownTheme
from flashmeet.http.admission.access import access
from flashmeet.http.api.endpoint import api, endpoint
from flashmeet.http.api.fields import QueryModel
from flashmeet.http.api.problem_schemas import telling
from flashmeet.http.display import display_locale
from flashmeet.http.responses.conditional import revalidated
from flashmeet.http.services import reading
from flashmeet.themes.schemas import ThemeOut, ThemePath, ThemesOut, theme_out
from flashmeet.themes.service import find_theme, known_themes


class ThemesQuery(QueryModel):
    """No parameters: there are few themes, so all are returned at once."""


@api.get("/themes", responses={200: ThemesOut})
@access("member")
@revalidated
@endpoint
def list_themes(query: ThemesQuery) -> Response:
    """Returns the network's active themes."""
    with reading() as db:
        return Response(kept(db, _all_themes, display_locale()), mimetype="application/json")


def _all_themes(db: Session, locale: str) -> str:
    items = [theme_out(theme, locale) for theme in known_themes(db)]
    return ThemesOut(items=items, next_cursor=None).model_dump_json()


@api.get("/themes/<theme>", responses={200: ThemeOut, **telling({404: "not_found"})})
@access("member")
@revalidated
@endpoint
def get_theme(path: ThemePath) -> ThemeOut:
    """Returns one theme."""
    with reading() as db:
        try:
            return theme_out(find_theme(db, path.theme), display_locale())
        except UnknownTheme as unknown:
            raise NotFound from unknown
