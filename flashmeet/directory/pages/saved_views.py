"""Saving a list's filter under the name typed in its form, and forgetting it with an undo."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request, url_for

from flashmeet.directory.rules.views import ViewedPage
from flashmeet.directory.service.saved_views import forget_view, save_view
from flashmeet.http.admission.identity import member
from flashmeet.http.forms.done import offer_undo
from flashmeet.http.services import now, writing


def keep_filter(page: ViewedPage, fields: Mapping[str, str]) -> None:
    """Replaces a view of the same name. Raises Missing, TooLong."""
    with writing() as db:
        save_view(db, page, request.form.get("name", ""), fields, by=member(db), now=now())


def forget_filter(page: ViewedPage, view_id: int, *, keep: str) -> None:
    """`keep` is the endpoint that saves a view of this list: the undo sends the view there again."""
    with writing() as db:
        forgotten = forget_view(db, page, view_id)
    if forgotten:
        name, fields = forgotten
        offer_undo(url_for(keep), **fields, name=name)
