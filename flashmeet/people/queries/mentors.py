"""What hangs on a theme, moved or taken away in a constant number of statements, however many people it concerns."""

from __future__ import annotations

from sqlalchemy import Select, SQLColumnExpression, select

from flashmeet.identity.models.member import Member, MentorTheme


def mentors_of(theme_id: int | SQLColumnExpression[int]) -> Select[Member]:
    """The theme's bookable mentors."""
    of_it = MentorTheme.theme_id == theme_id
    return select(Member).join(MentorTheme, MentorTheme.mentor_id == Member.id).where(of_it, Member.bookable)
