"""The OpenAPI document is true: what it describes is what happens, whatever is sent."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.api.callers import Caller, told
from tests.api.conftest import Join
from tests.api.policies import with_policy
from tests.api.test_access import operations

AT = "2026-12-09T17:00:00Z"
EXAMPLES = 10
TRUE = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
MODES = {GenerationMode.POSITIVE: TRUE, GenerationMode.NEGATIVE: [*TRUE, negative_data_rejection]}


@pytest.fixture
def document(nobody: Caller) -> dict[str, Any]:
    return told(nobody.get("/openapi.json"))


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    schemathesis.openapi.from_dict(document).validate()
    for schema in document["components"]["schemas"].values():
        jsonschema_rs.Draft202012Validator({**schema, "components": document["components"]})


def test_every_operation_is_described_with_its_security_and_its_refusals(app: Flask, document: dict[str, Any]) -> None:
    described = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert len(described) == len(operations(app))
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert operation["summary"]
            assert operation["security"] == [{"bearer": []}]
            problems = {status: answer for status, answer in operation["responses"].items() if status >= "400"}
            assert {"400", "401", "422", "429", "503"} <= problems.keys(), (method, path)
            for answer in problems.values():
                schema = answer["content"]["application/problem+json"]["schema"]
                assert schema == {"$ref": "#/components/schemas/Problem"}
    assert document["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for item in document["paths"].values() for operation in item.values()]
    assert len(names) == len(set(names))


@pytest.fixture
def known(join: Join, bob: Caller) -> dict[str, Any]:
    """What a generated request may name so that something happens."""
    alice = join("Alice", mentor=True, policy=with_policy(horizon_days=14))
    made = told(bob.book(alice.id, AT), 201)
    leave = told(alice.post("/me/leave", {"first": "2027-03-01", "last": "2027-03-02"}), 201)
    return {
        "mentor_id": join("Anna", mentor=True).id,
        "booking_id": made["id"],
        "leave_id": leave["id"],
        "starts_at": "2026-12-10T10:00:00Z",
        "theme": "droit",
        "need": "x",
        "duration": 60,
        "tz": "Asia/Tokyo",
        "tzid": "Europe/Paris",
        "alice": alice,
    }


@pytest.mark.timeout(600)
@pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name.lower())
def test_whatever_is_sent_is_answered_as_the_document_says(
    app: Flask, document: dict[str, Any], known: dict[str, Any], mode: GenerationMode
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    headers = {**known.pop("alice").headers, "Accept-Encoding": "identity"}  # this client unpacks nothing
    for path, methods in document["paths"].items():
        for method in methods:
            _try(schema[path][method].as_strategy(generation_mode=mode), known, headers, mode)


def _try(cases: Any, known: dict[str, Any], headers: dict[str, str], mode: GenerationMode) -> None:
    @given(case=cases, aimed=st.booleans())
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def send(case: Case[Any], aimed: bool) -> None:
        if aimed and mode is GenerationMode.POSITIVE:
            _aim(case, known)
        case.call_and_validate(headers=headers, checks=MODES[mode])

    send()


def _aim(case: Case[Any], known: dict[str, Any]) -> None:
    for given_names in (case.path_parameters, case.query, case.body):
        if isinstance(given_names, dict):
            given_names.update({name: known[name] for name in given_names if name in known})
