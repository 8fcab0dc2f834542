"""API schemas of themes."""

from __future__ import annotations

from pydantic import BaseModel, Field

from flashmeet.http.api.fields import Id, QueryModel, Text
from flashmeet.themes.models import Theme
from flashmeet.themes.service import KnownTheme


class ThemePath(QueryModel):
    theme: Text = Field(description="Id, slug, or a name or synonym in any language; case and accents do not matter.")


class ThemeOut(BaseModel):
    id: Id
    slug: str
    name: str = Field(description="In the caller's language.")
    names: dict[str, str] = Field(description="Per language.")
    regulated: bool = Field(description="Law, health, tax: peer talk, never advice.")


class ThemesOut(BaseModel):
    items: list[ThemeOut]
    next_cursor: str | None


class ThemeRef(BaseModel):
    id: Id
    slug: str
    name: str


def theme_out(theme: Theme | KnownTheme, locale: str) -> ThemeOut:
    return ThemeOut(
        id=theme.id,
        slug=theme.slug,
        name=theme.name(locale),
        names=dict(theme.names),
        regulated=theme.regulated,
    )


def theme_ref(theme: Theme | KnownTheme, locale: str) -> ThemeRef:
    return ThemeRef(id=theme.id, slug=theme.slug, name=theme.name(locale))
