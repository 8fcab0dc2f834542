"""Nothing is kept that nobody reads: a column is shown, decided by, or not there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from jinja2 import nodes
from jinja2.environment import Environment
from sqlalchemy import Column, inspect

from flashmeet.core.files import folder
from flashmeet.models import Base

PACKAGE = Path(__file__).parents[2] / "flashmeet"
KEPT_UNREAD: dict[str, str] = {}


def read_in_code() -> Iterator[str]:
    """Attributes that are looked at; naming one to a constructor or assigning to it is no look."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                yield node.attr


def read_in_templates() -> Iterator[str]:
    parser = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    for path in folder("templates").rglob("*.*"):
        for node in parser.parse(path.read_text("utf-8")).find_all(nodes.Getattr):
            yield node.attr


def columns() -> dict[str, str]:
    """`table.column`, and the attribute that code knows it by."""
    return {
        f"{column.table.name}.{column.name}": attribute.key
        for mapper in Base.registry.mappers
        for attribute in inspect(mapper.class_).column_attrs
        for column in attribute.columns
        if isinstance(column, Column)
    }


def test_every_column_is_read_somewhere() -> None:
    read = {*read_in_code(), *read_in_templates()}
    unread = {name for name, attribute in columns().items() if attribute not in read}
    assert unread == KEPT_UNREAD.keys()
