"""Problem documents of the API: they also name the invalid fields."""

from __future__ import annotations

from flask import Response

from flashmeet.core.errors import BadInput
from flashmeet.http.api.endpoint import Fault, api, faults_of
from flashmeet.http.api.problem_schemas import FieldProblem
from flashmeet.http.responses.problems import problem, words_of


@api.errorhandler(BadInput)
def on_bad_input(refusal: BadInput) -> Response:
    faults = faults_of(refusal)
    told = faults[0].refusal if len(faults) == 1 else refusal
    return problem(told, field=faults[0].field, errors=[_field_problem(fault) for fault in faults])


def _field_problem(fault: Fault) -> dict[str, str]:
    words = fault.words or words_of(fault.refusal)
    return FieldProblem(field=fault.field, code=fault.refusal.code, message=words).model_dump()
