"""Pages of the report of a period, on one sheet, and the attestations of hours."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from flashmeet.core.zones import local_date
from flashmeet.http.admission.access import access
from flashmeet.http.admission.identity import member
from flashmeet.http.audit import records
from flashmeet.http.display import display_locale, display_tzid, network
from flashmeet.http.services import now, reading, service
from flashmeet.identity.acts import Act
from flashmeet.programme.pages.report_lines import help_lines, lines_of, months_of
from flashmeet.programme.rules.attestations import ATTESTATION_FILE
from flashmeet.programme.rules.reports import Period, asked_year
from flashmeet.programme.service.reports import attestation_of, givers, report

bp = Blueprint("admin_reports", __name__)


@bp.get("/admin/reports")
@access("administrator")
def show() -> ResponseReturnValue:
    tzid = display_tzid()
    period = Period.parse(request.args, today=local_date(now(), tzid))
    year = period.last.year
    with reading() as db:
        found = report(db, period, tzid=tzid, now=now())
        return render_template(
            "programme/report.html",
            report=found,
            lines=lines_of(found),
            months=months_of(found),
            help_lines=help_lines(found),
            givers=givers(db, year, tzid=tzid, now=now()),
            year=year,
            whole=request.args.get("from", "") == "",
            made_at=now(),
        )


@bp.get("/admin/reports/<int:member_id>.pdf")
@access("administrator")
@records(Act.ATTESTATION_MADE)
def attest(member_id: int) -> ResponseReturnValue:
    """Returns a member's attestation. Raises NotFound, NothingServed."""
    return _attestation(member_id)


@bp.get("/me/attestation.pdf")
@access("member")
def mine() -> ResponseReturnValue:
    """Returns the member's own attestation. Raises NothingServed."""
    with reading() as db:
        you = member(db).id
    return _attestation(you)


def _attestation(member_id: int) -> Response:
    year = asked_year(request.args.get("year", ""), today=local_date(now(), display_tzid()))
    with reading() as db:
        found = attestation_of(db, member_id, year, network=network().name, locale=display_locale(), now=now())
    headers = {"Content-Disposition": f'inline; filename="attestation-{year}.pdf"'}
    return Response(service(ATTESTATION_FILE)(found), mimetype="application/pdf", headers=headers)
