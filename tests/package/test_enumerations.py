"""A column that holds one of a few words is an enum, and no code compares it with, or gives it, a bare word."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from sqlalchemy import CheckConstraint, String, Table

import flashmeet.models  # noqa: F401  # every table is known
from flashmeet.core.database.base import Base
from flashmeet.core.database.types import StoredEnum

ROOT = Path(__file__).parents[2]
CODE = sorted((ROOT / "flashmeet").rglob("*.py"))

VENDORS = ("sources", "providers")
"""Folders in which a row is a provider's, and its words are theirs."""
NAMES = ("tzid", "locale")
"""Attributes that hold one of many names: of zones, of languages."""


@dataclass(frozen=True, slots=True)
class Text:
    """A column of text: its model, the attribute there, what the annotation says it holds, and the enum it is."""

    model: str
    name: str
    annotation: Any
    members: type[StrEnum] | None
    words: frozenset[str]
    """Those that the table's own conditions compare it with."""


def texts() -> Iterator[Text]:
    """Every mapped column of text."""
    for mapper in Base.registry.mappers:
        model = mapper.class_
        for attribute in mapper.column_attrs:
            (column,) = attribute.columns
            if not isinstance(column.type, String | StoredEnum):
                continue
            (annotation,) = get_args(annotation_of(model, attribute.key))
            members = column.type.members if isinstance(column.type, StoredEnum) else None
            yield Text(model.__name__, attribute.key, annotation, members, words_of(mapper.local_table, column.name))


def annotation_of(model: type, name: str) -> Any:
    alone = type("Alone", (), {"__annotations__": {name: model.__annotations__[name]}})
    return get_type_hints(alone, globalns=vars(sys.modules[model.__module__]))[name]


def words_of(table: Any, column: str) -> frozenset[str]:
    """From `state IN ('open', 'taken')` and `state = 'open'` in the table's checks and its partial indexes."""
    assert isinstance(table, Table)
    said = [str(each.sqltext) for each in table.constraints if isinstance(each, CheckConstraint)]
    said += [str(index.dialect_options["postgresql"]["where"]) for index in table.indexes]
    found = re.findall(rf"\b{column} (?:NOT )?(?:IN \(([^)]*)\)|(?:=|<>|!=) ('[^']*'))", "\n".join(said))
    return frozenset(re.findall(r"'([^']*)'", " ".join(map(" ".join, found))))


TEXTS = tuple(texts())
ENUMS = {(each.model, each.name): each.members for each in TEXTS if each.members is not None}
WORDS: dict[str, frozenset[str]] = {
    name: frozenset(member.value for (_, other), members in ENUMS.items() if other == name for member in members)
    for _, name in ENUMS
}
"""By the name of an attribute: every word that an enum column of that name can hold."""
PLAIN = {(each.model, each.name) for each in TEXTS if each.members is None}


def named_types(annotation: Any) -> list[Any]:
    """What an annotation says besides None."""
    if get_origin(annotation) is Literal:
        return [annotation]
    parts = get_args(annotation)
    return [inner for part in parts for inner in named_types(part)] if parts else [annotation]


def holds_a_few(text: Text) -> bool:
    kinds = named_types(text.annotation)
    is_enum = any(isinstance(kind, type) and issubclass(kind, Enum) for kind in kinds)
    return is_enum or bool(text.words) or any(get_origin(kind) is Literal for kind in kinds)


def test_a_column_that_holds_one_of_a_few_words_is_an_enum() -> None:
    assert len(ENUMS) > 40
    wrong = [
        f"{each.model}.{each.name}"
        for each in TEXTS
        if (holds_a_few(each) or each.members) and each.members not in named_types(each.annotation)
    ]
    assert wrong == []


def test_the_tables_conditions_speak_of_members_alone() -> None:
    said = {f"{each.model}.{each.name}": each.words - set(each.members or ()) for each in TEXTS if each.words}
    assert said == dict.fromkeys(said, frozenset())
    assert "OutboxMessage.state" in said


@dataclass(frozen=True, slots=True)
class Saying:
    """A word beside a name: `request.state == "open"`, `state = "open"`, `Ask(state=AskState.OPEN)`.

    `of` is what stands before the name, "" where nothing does.
    """

    of: str
    name: str
    word: str
    line: int


def name_of(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


TREES = {path: ast.parse(path.read_text()) for path in CODE}
NAMED = {
    node.name
    for tree in TREES.values()
    for node in ast.walk(tree)
    if isinstance(node, ast.ClassDef) and any(name_of(base) == "StrEnum" for base in node.bases)
}


def sayings(tree: ast.AST) -> Iterator[Saying]:
    """What is compared with a word, is among words, or is given one: by assignment, by keyword, or in a row."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare():
                sides = [node.left, *node.comparators]
                pairs = [(one, other) for one in sides for other in sides if one is not other]
                yield from (saying for one, other in pairs for saying in beside(one, other))
            case ast.Call(func=ast.Attribute(value=one, attr="in_" | "not_in" | "is_" | "is_not"), args=[other]):
                yield from beside(one, other)
            case ast.Assign(targets=targets, value=value):
                yield from (saying for target in targets for saying in assigned(target, value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                yield from assigned(target, value)
            case ast.Dict(keys=keys, values=values):
                for key, value in zip(keys, values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str):
                        yield from (Saying("", key.value, word, node.lineno) for word in words_in(value))
        if isinstance(node, ast.Call):
            of = name_of(node.func)
            for keyword in node.keywords:
                yield from (Saying(of, keyword.arg or "", word, node.lineno) for word in words_in(keyword.value))


def assigned(target: ast.expr, value: ast.expr) -> Iterator[Saying]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for each, its in zip(target.elts, value.elts, strict=False):
            yield from beside(each, its)
    yield from beside(target, value)


def beside(one: ast.expr, other: ast.expr) -> Iterator[Saying]:
    of = name_of(one.value) if isinstance(one, ast.Attribute) else ""
    if isinstance(one, ast.Attribute | ast.Name):
        yield from (Saying(of, name_of(one), word, one.lineno) for word in words_in(other))


class Member(str):
    """`AskState.OPEN`, as it is written."""


def words_in(node: ast.expr) -> Iterator[str]:
    """The bare words that an expression may come to, and the members of enums."""
    match node:
        case ast.Constant(value=str() as word):
            yield word
        case ast.Attribute(value=ast.Name(id=name), attr=member) if name in NAMED:
            yield Member(f"{name}.{member}")
        case ast.IfExp(body=one, orelse=other):
            yield from (*words_in(one), *words_in(other))
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts) | ast.BoolOp(values=parts):
            yield from (word for part in parts for word in words_in(part))
        case ast.Starred(value=inner):
            yield from words_in(inner)


def is_bare(saying: Saying) -> bool:
    """Whether an enum's member belongs there: of a model whatever is said, of anything else where the word is one.

    A row, or a keyword of a function, is told from other dicts and calls by the word alone.
    """
    if isinstance(saying.word, Member):
        return False
    if (saying.of, saying.name) in ENUMS:
        return True
    if (saying.of, saying.name) in PLAIN:
        return False
    return bool(saying.word) and saying.word in WORDS.get(saying.name, frozenset())


ALL = [
    (path.relative_to(ROOT), saying)
    for path, tree in TREES.items()
    for saying in sayings(tree)
    if saying.of or path.parent.name not in VENDORS
]


def test_no_code_gives_an_enum_a_bare_word_or_compares_it_with_one() -> None:
    found = [f"{path}:{said.line}: {said.name} and {said.word!r}" for path, said in ALL if is_bare(said)]
    assert not found, "\n".join(found)


def test_a_column_that_code_compares_with_a_word_is_an_enum() -> None:
    plain = [(path, said) for path, said in ALL if said.word and (said.of, said.name) in PLAIN]
    plain = [(path, said) for path, said in plain if said.name not in NAMES]
    found = [f"{path}:{said.line}: {said.of}.{said.name} and {said.word!r}" for path, said in plain]
    assert not found, "\n".join(found)


def test_a_bare_word_is_found_wherever_it_is_said() -> None:
    said = """
request.state == "open"
request.state not in ("open", "queued")
found = state == "solved"
select(OutboxMessage).where(OutboxMessage.state.in_(("waiting", "sending")))
ask = RequestAsk(state="asked" if new else "closed")
row.state, row.at = "dropped", now
row.state = "sent"
update(OutboxMessage).values(state="parked")
rows = [{"state": "waiting"}]
request.state == RequestState.OPEN
"""
    found = [each for each in sayings(ast.parse(said)) if is_bare(each)]
    assert [each.word for each in sorted(found, key=lambda each: each.line)] == [
        *(
            "open",
            "open",
            "queued",
            "solved",
            "waiting",
            "sending",
            "asked",
            "closed",
            "dropped",
            "sent",
            "parked",
            "waiting",
        ),
    ]
