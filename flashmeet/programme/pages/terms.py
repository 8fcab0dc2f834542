"""Pages where an administrator writes and announces the terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from flashmeet.core.errors import BadDate, BadInput, PastDay, UnevenLines
from flashmeet.core.numbers import number_or_none
from flashmeet.core.zones import day_span, local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.display import network
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.responses.problems import words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.queries import names_of
from flashmeet.people.rules.terms import GRACE, Draft, is_far
from flashmeet.people.service.terms import (
    announce_terms,
    check_first_day,
    standings,
    starting_text,
    to_give_way,
    withdraw_terms,
)
from flashmeet.people.service.terms_notices import members_to_tell
from flashmeet.programme.pages.confirming import withdrawing_terms
from flashmeet.schedule.rules.availability import LAST_DAY
from flashmeet.setup.service.legal_texts import blanks_in

bp = Blueprint("admin_terms", __name__)

NOTICE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class TermsForm:
    """The form as typed: text, commitments (one per line) and what is new, per language, and the first day."""

    texts: Mapping[str, str]
    commitments: Mapping[str, str]
    changes: Mapping[str, str]
    first_day: str

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> TermsForm:
        """Reads the languages of the network; a text in another one is nobody's."""
        return cls(
            {locale: form.get(f"text_{locale}", "") for locale in network().locales},
            {locale: form.get(f"commitments_{locale}", "") for locale in network().locales},
            {locale: form.get(f"changes_{locale}", "") for locale in network().locales},
            form.get("in_force_at", ""),
        )

    def meant(self) -> Draft:
        """Returns the draft. Raises BadDate; UnevenLines unless each commitment is given in every language."""
        lines = {locale: text.split("\n") for locale, text in self.commitments.items()}
        kept = {locale: [line.strip() for line in each if line.strip()] for locale, each in lines.items()}
        if len({len(each) for each in kept.values()}) > 1:
            raise UnevenLines("commitments", lines=", ".join(f"{name} {len(each)}" for name, each in kept.items()))
        rows = zip(*kept.values(), strict=True)
        return Draft(
            texts=self.texts,
            commitments=[dict(zip(kept, row, strict=True)) for row in rows],
            in_force_at=self._begins(),
            changes=self.changes,
        )

    def _begins(self) -> datetime:
        """Returns midnight of that day in the network's zone; for today, the present moment."""
        day, tzid = self._day(), network().tzid
        return now() if day == local_date(now(), tzid) else day_span(day, tzid)[0]

    def _day(self) -> date:
        """Returns the first day. Raises BadDate, also for a year that no calendar of ours reaches; PastDay."""
        try:
            day = date.fromisoformat(self.first_day)
        except ValueError as error:
            raise BadDate("in_force_at", value=self.first_day) from error
        if day < local_date(now(), network().tzid):
            raise PastDay("in_force_at")
        if day > LAST_DAY:
            raise BadDate("in_force_at", value=self.first_day)
        return day


@bp.get("/admin/terms")
@access("administrator")
def show() -> ResponseReturnValue:
    with reading() as db:
        start = starting_text(db)
    first_day = local_date(now(), network().tzid) + NOTICE
    texts = {locale: start[locale][0] for locale in network().locales}
    commitments = {locale: "\n".join(start[locale][1]) for locale in network().locales}
    return _page(TermsForm(texts, commitments, dict.fromkeys(texts, ""), first_day.isoformat()))


@bp.post("/admin/terms")
@access("administrator")
@records(Act.TERMS_PUBLISHED)
def announce() -> ResponseReturnValue:
    """Shows first what will be announced, when and to how many; announces it once that is confirmed."""
    typed = TermsForm.from_form(request.form)
    if "back" in request.form:
        return _page(typed)
    try:
        draft = typed.meant().checked()
        if not _is_confirmed(draft):
            return _confirmation(typed, draft)
        with writing() as db:
            announced = announce_terms(db, draft, by=member(db), now=now())
            note_for_record(f"version {announced.version}")
    except BadInput as refusal:
        return _page(typed, refusal), 422
    return redirect(url_for("admin_terms.show", announced=1), 303)


def _is_confirmed(draft: Draft) -> bool:
    """Whether the administrator has looked at it; a day more than a year off wants a tick of its own."""
    far = is_far(draft.in_force_at, now=now())
    return request.form.get("sure") == "yes" and (not far or request.form.get("far") == "yes")


def _confirmation(typed: TermsForm, draft: Draft) -> str:
    with reading() as db:
        check_first_day(draft, now=now())
        gives_way = to_give_way(db, since=draft.in_force_at, now=now())
        return render_template(
            "programme/terms_confirm.html",
            typed=typed,
            draft=draft,
            far=is_far(draft.in_force_at, now=now()),
            unticked=request.form.get("sure") == "yes",
            hides_at=draft.in_force_at + GRACE,
            gives_way=gives_way,
            members=members_to_tell(db),
            blanks=blanks_in(draft.texts),
        )


@bp.post("/admin/terms/<int:version>/withdraw")
@access("administrator")
@asks_first(withdrawing_terms)
@records(Act.TERMS_WITHDRAWN)
def withdraw(version: int) -> ResponseReturnValue:
    with writing() as db:
        withdraw_terms(db, version, now=now())
    return redirect(url_for("admin_terms.show", withdrawn=version), 303)


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
            locales=network().locales,
            today=local_date(now(), network().tzid).isoformat(),
            announced="announced" in request.args,
            withdrawn=number_or_none(request.args.get("withdrawn", "")),
            now=now(),
        )
