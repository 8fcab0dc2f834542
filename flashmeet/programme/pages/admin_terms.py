"""Pages where an administrator writes and announces the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadDate, BadInput, Missing
from flashmeet.core.zones import day_span, local_date
from flashmeet.http.access import access
from flashmeet.http.audit import records
from flashmeet.http.identity import member, network
from flashmeet.http.problems import words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.i18n.catalogue import LOCALES
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.people.rules.terms import Draft
from flashmeet.people.service.terms import announce_terms, standings, starting_text

bp = Blueprint("admin_terms", __name__)

NOTICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TermsForm:
    """The form as typed: text and commitments (one per line) per language, and the first day."""

    texts: Mapping[str, str]
    commitments: Mapping[str, str]
    first_day: str

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> TermsForm:
        return cls(
            {locale: form.get(f"text_{locale}", "") for locale in LOCALES},
            {locale: form.get(f"commitments_{locale}", "") for locale in LOCALES},
            form.get("in_force_at", ""),
        )

    def meant(self) -> Draft:
        """Returns the draft. Raises BadDate; Missing unless each commitment is given in every language."""
        lines = {locale: text.split("\n") for locale, text in self.commitments.items()}
        kept = {locale: [line.strip() for line in each if line.strip()] for locale, each in lines.items()}
        if len({len(each) for each in kept.values()}) > 1:
            raise Missing("commitments")
        rows = zip(*kept.values(), strict=True)
        return Draft(
            texts=self.texts,
            commitments=[dict(zip(kept, row, strict=True)) for row in rows],
            in_force_at=self._begins(),
        )

    def _begins(self) -> datetime:
        """Returns midnight of that day in the network's zone; for today, the present moment."""
        day, tzid = self._day(), network().tzid
        return now() if day == local_date(now(), tzid) else day_span(day, tzid)[0]

    def _day(self) -> date:
        try:
            return date.fromisoformat(self.first_day)
        except ValueError as error:
            raise BadDate("in_force_at", value=self.first_day) from error


@bp.get("/admin/terms")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        start = starting_text(db)
    first_day = local_date(now(), network().tzid) + NOTICE
    texts = {locale: text for locale, (text, _) in start.items()}
    commitments = {locale: "\n".join(lines) for locale, (_, lines) in start.items()}
    return _page(TermsForm(texts, commitments, first_day.isoformat()))


@bp.post("/admin/terms")
@access("administrator")
@records(Act.TERMS_PUBLISHED)
def announce() -> ResponseReturnValue:
    typed = TermsForm.from_form(request.form)
    try:
        draft = typed.meant()
        with writing() as db:
            announce_terms(db, draft, by=member(db), now=now())
    except BadInput as refusal:
        return _page(typed, refusal), 422
    return redirect(url_for("admin_terms.show", announced=1), 303)


def _page(typed: TermsForm, refusal: BadInput | None = None) -> str:
    with reading() as db:
        versions = standings(db)
        return render_template(
            "programme/terms.html",
            typed=typed,
            problem=words_of(refusal) if refusal else "",
            problem_field=refusal.field if refusal else "",
            standings=versions,
            names=names_of(db, (each.terms.announced_by_id for each in versions)),
            locales=LOCALES,
            today=local_date(now(), network().tzid).isoformat(),
            announced="announced" in request.args,
        )
