"""Pages of cases: those that wait for a decision, and each with its steps. Evidence opens once the look is recorded."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy.orm import Session

from flashmeet.bookings.models.booking import Booking
from flashmeet.bookings.service.reliability import no_shows_of
from flashmeet.conduct.pages.confirming import closing_case
from flashmeet.conduct.rules.conduct import DECISIONS, LOOK_FOR, STORY_CHARACTERS, WORD_CHARACTERS
from flashmeet.conduct.service.cases import case_for, cases, is_evidence_open, open_evidence, steps_of, write_note
from flashmeet.conduct.service.decisions import Decided, decide, separate_pair
from flashmeet.conduct.service.evidence import evidence_of
from flashmeet.core.errors import BadInput, CaseClosed, LastAdministrator, Refusal
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import note_for_record, records
from flashmeet.http.forms.confirming import asks_first
from flashmeet.http.forms.done import nothing_done
from flashmeet.http.responses.problems import status_of, words_of
from flashmeet.http.services import now, reading, writing
from flashmeet.identity.acts import Act
from flashmeet.identity.rules import Departure
from flashmeet.requests.service.departures import ahead_of

bp = Blueprint("admin_cases", __name__)

KINDS = {
    "report": lazy_gettext("Report about a member"),
    "no_show": lazy_gettext("Contested absence"),
    "call": lazy_gettext("A mentor did not show up: call them"),
    "pause": lazy_gettext("Three missed hours: talk to them"),
}
WHATS = {
    "unwelcome": lazy_gettext("Unwelcome words or behaviour"),
    "money": lazy_gettext("Money, sales, or a favour in return"),
    "not_who": lazy_gettext("Not who they claim to be"),
    "private": lazy_gettext("Private information was passed on"),
    "other": lazy_gettext("Something else"),
}
DECIDED = {
    "dismissed": lazy_gettext("No action"),
    "warned": lazy_gettext("Warned"),
    "suspended": lazy_gettext("Suspended"),
    "standing": lazy_gettext("Counts as a missed hour"),
    "dropped": lazy_gettext("Does not count"),
    "called": lazy_gettext("Called"),
    "lifted": lazy_gettext("Talked to; they can book again"),
    "withdrawn": lazy_gettext("Withdrawn by the person who reported it"),
}
STEPS = {
    **DECIDED,
    "opened": lazy_gettext("Opened"),
    "added": lazy_gettext("Something was added"),
    "looked": lazy_gettext("Read what was written"),
    "noted": lazy_gettext("Note"),
    "contested": lazy_gettext("Contested"),
    "seen": lazy_gettext("The room record or the other person contradicts it"),
    "kept_apart": lazy_gettext("Kept apart"),
    "let_meet": lazy_gettext("Allowed to meet again"),
    "written": lazy_gettext("Message sent to them"),
}
APART = {"keep": True, "lift": False}


@bp.get("/admin/cases")
@access("administrator")
def show() -> ResponseReturnValue:
    closed = request.args.get("only") == "closed"
    with reading() as db:
        found = cases(db, member(db), closed=closed)
        missed = no_shows_of(db, {each.about_id for each in found}, now())
        return render_template("conduct/admin_cases.html", cases=found, closed=closed, missed=missed)


@bp.get("/admin/cases/<int:case_id>")
@access("administrator")
@records(Act.CASE_OPENED)
def case(case_id: int) -> ResponseReturnValue:
    return _page(case_id)


@bp.post("/admin/cases/<int:case_id>/look")
@access("administrator", keeps_draft=False)
@records(Act.CASE_WORDS_READ)
def look_at(case_id: int) -> ResponseReturnValue:
    with writing() as db:
        open_evidence(db, member(db), case_id, now=now())
        _note_for_record(db, case_id)
    return redirect(url_for("admin_cases.case", case_id=case_id, _anchor="written"), 303)


@bp.post("/admin/cases/<int:case_id>/note")
@access("administrator")
@records(Act.CASE_NOTED)
def add_note(case_id: int) -> ResponseReturnValue:
    try:
        with writing() as db:
            write_note(db, member(db), case_id, request.form.get("note", ""), now=now())
            _note_for_record(db, case_id)
    except BadInput as refusal:
        return _page(case_id, refusal, field="more"), status_of(refusal)
    return _to(case_id)


@bp.post("/admin/cases/<int:case_id>/decide")
@access("administrator")
@asks_first(closing_case)
@records(Act.CASE_DECIDED)
def end(case_id: int) -> ResponseReturnValue:
    form = request.form
    said = Decided(
        decision=form.get("decision", ""),
        note=form.get("note", ""),
        word=form.get("word", ""),
        apart=_separated(form.get("apart", "keep")),
    )
    try:
        with writing() as db:
            decide(db, member(db), case_id, said, now=now())
            _note_for_record(db, case_id, said.decision)
    except CaseClosed:
        nothing_done()  # decided already, or sent twice: the page shows the decision
    except (BadInput, LastAdministrator) as refusal:
        return _page(case_id, refusal), status_of(refusal)
    return _to(case_id)


@bp.post("/admin/cases/<int:case_id>/apart")
@access("administrator")
@records(Act.PAIR_SEPARATED)
def keep_or_lift(case_id: int) -> ResponseReturnValue:
    wanted = _separated(request.form.get("apart", ""))
    with writing() as db:
        separate_pair(db, member(db), case_id, apart=wanted, now=now())
        _note_for_record(db, case_id, "apart" if wanted else "together")
    return _to(case_id)


def _note_for_record(db: Session, case_id: int, what: str = "") -> None:
    note_for_record(f"{case_id} {what}".strip(), to=case_for(db, member(db), case_id).about_id)


def _separated(text: str) -> bool:
    """Returns whether the two are kept apart. Raises BadInput."""
    try:
        return APART[text]
    except KeyError:
        raise BadInput("apart", value=text) from None


def _to(case_id: int) -> ResponseReturnValue:
    return redirect(url_for("admin_cases.case", case_id=case_id), 303)


def _page(case_id: int, refusal: Refusal | None = None, *, field: str = "") -> str:
    with reading() as db:
        you = member(db)
        found = case_for(db, you, case_id)
        note_for_record(case_id, to=found.about_id)
        opened = is_evidence_open(db, you, found, now=now())
        booking = db.get(Booking, found.booking_id) if found.booking_id is not None else None
        evidence = evidence_of(db, booking, now=now()) if opened and booking else None
        return render_template(
            "conduct/admin_case.html",
            case=found,
            booking=booking,
            steps=steps_of(db, found),
            opened=opened,
            evidence=evidence,
            ahead=ahead_of(db, found.about, Departure.SUSPENDED, now=now()),
            missed=no_shows_of(db, {found.about_id}, now()).get(found.about_id, 0),
            decisions=DECISIONS[found.kind],
            typed=request.form if refusal else {},
            most=STORY_CHARACTERS,
            most_word=WORD_CHARACTERS,
            minutes=int(LOOK_FOR.total_seconds() // 60),
            problem=words_of(refusal) if refusal else "",
            problem_field=field or (refusal.field if isinstance(refusal, BadInput) else ""),
        )


@bp.app_template_filter()
def case_words(kind: str) -> str:
    return str(KINDS[kind])


@bp.app_template_filter()
def what_words(what: str) -> str:
    return str(WHATS.get(what, what))


@bp.app_template_filter()
def decision_words(decision: str) -> str:
    return str(DECIDED[decision])


@bp.app_template_filter()
def step_words(kind: str) -> str:
    return str(STEPS[kind])
