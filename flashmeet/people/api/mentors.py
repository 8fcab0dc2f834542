"""Who may be booked."""

from __future__ import annotations

from flashmeet.http.access import access
from flashmeet.http.api.blueprint import api
from flashmeet.http.api.cursors import cursor_after, id_in
from flashmeet.http.api.endpoint import endpoint
from flashmeet.http.api.problem_schemas import telling
from flashmeet.http.identity import caller, display_locale
from flashmeet.http.services import reading
from flashmeet.people.schemas.mentors import MentorOut, MentorPath, MentorsAsked, MentorsOut, mentor_out
from flashmeet.people.service.mentors import find_mentors, mentor
from flashmeet.themes.service.themes import active_themes, find_theme


@api.get("/mentors", responses={200: MentorsOut, **telling({422: "unknown_theme, invalid, out_of_range"})})
@access("member")
@endpoint
def list_mentors(query: MentorsAsked) -> MentorsOut:
    """Bookable mentors, of a theme and with words in their profile."""
    after_id = id_in(query.cursor) if query.cursor else 0
    with reading() as session:
        theme_id = None if query.theme is None else find_theme(session, query.theme).id
        found = find_mentors(
            session,
            viewer_id=caller().member_id,
            theme_id=theme_id,
            text=query.q or "",
            after_id=after_id,
            limit=query.limit + 1,
        )
        themes = {theme.id: theme for theme in active_themes(session)}
        items = [mentor_out(each, themes, display_locale()) for each in found[: query.limit]]
    more = len(found) > query.limit
    return MentorsOut(items=items, next_cursor=cursor_after(items[-1].id) if more else None)


@api.get("/mentors/<int:mentor_id>", responses={200: MentorOut, **telling({404: "not_found"})})
@access("member")
@endpoint
def get_mentor(path: MentorPath) -> MentorOut:
    """One mentor."""
    with reading() as session:
        themes = {theme.id: theme for theme in active_themes(session)}
        return mentor_out(mentor(session, path.mentor_id, viewer_id=caller().member_id), themes, display_locale())
