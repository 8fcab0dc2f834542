"""Fields of a form that are a member's facts: read by the table, whichever page asks for them."""

from __future__ import annotations

from typing import Annotated, Any

from flashmeet.http.forms import reads
from flashmeet.people.rules.facts import Fact, Value, Way, facts_of
from flashmeet.people.service.facts import fact_reader


def fact_fields(way: Way) -> dict[str, Any]:
    """For `pydantic.create_model`; `country` is in the form's context."""
    return {each.name: (fact_type(each, way), ...) for each in facts_of(way)}


def fact_type(wanted: Fact, way: Way) -> Any:  # noqa: ANN401  # a type made of a row of the table
    def read(text: str, context: dict[str, Any]) -> Value:
        return fact_reader(context["country"]).read(wanted, text, way=way)

    return Annotated[Any, reads(read)]
