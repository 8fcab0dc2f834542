"""Text from outside becomes a number in `core.numbers` alone, so that its length is bounded everywhere."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "flashmeet"
HERE = PACKAGE / "core" / "numbers.py"
OURS = {
    "core/config/variables.py": "what the operator sets",
    "core/egress/addresses.py": "asks whether a host name is one, and reads none",
}
NUMBERS = {"count", "over", "paused", "last", "value", "unused * per_second + 1e-06", "row[1]"}
"""Arguments that are numbers already: counts of the database, booleans, floats."""
SECONDS = {"timestamp", "total_seconds"}
TYPED = {
    "int(_number(body, 'after', most=NUMBERS))",
    "int(time.time())",
    "holds(MentorPolicy.durations, 'minutes', int)",
    *(f"int(colour[{at}:{at + 2}], 16)" for at in (1, 3, 5)),
}
"""Of a JSON number, of two letters that an expression has matched; and what is bound as a number."""
ASKING = {"isdigit", "isnumeric"}
"""What holds for `²` too, of which no number can be made: `isdecimal` is meant."""


def readings(tree: ast.AST) -> Iterator[ast.Call]:
    """Where text may be made a number: `int(…)`, and `int` handed to something that calls it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (is_made(node) or is_handed(node)):
            yield node


def is_made(node: ast.Call) -> bool:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in ASKING
    return isinstance(node.func, ast.Name) and node.func.id == "int"


def is_handed(node: ast.Call) -> bool:
    handed = [*node.args, *(each.value for each in node.keywords if each.arg != "type" or not is_option(node))]
    return any(isinstance(each, ast.Name) and each.id == "int" for each in handed) and not is_check(node)


def is_option(node: ast.Call) -> bool:
    """Whether click reads the number, from the operator's own command line."""
    return ast.unparse(node.func) in {"click.option", "click.argument"}


def is_check(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id in {"isinstance", "cast"}


def is_number_already(node: ast.Call) -> bool:
    if ast.unparse(node) in TYPED:
        return True
    if not (isinstance(node.func, ast.Name) and len(node.args) == 1):
        return False
    argument = node.args[0].left if isinstance(node.args[0], ast.BinOp) else node.args[0]
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute):
        return argument.func.attr in SECONDS
    return ast.unparse(node.args[0]) in NUMBERS


def strays(source: str) -> list[str]:
    return [ast.unparse(node) for node in readings(ast.parse(source)) if not is_number_already(node)]


def test_text_is_made_a_number_in_one_place() -> None:
    modules = [path for path in PACKAGE.rglob("*.py") if path != HERE]
    found = {str(path.relative_to(PACKAGE)): strays(path.read_text(encoding="utf-8")) for path in modules}
    assert {name: each for name, each in found.items() if each and name not in OURS} == {}


def test_every_way_to_read_a_number_is_seen() -> None:
    source = (
        'int(text)\nint(match[1])\nmap(int, texts)\nsorted(a, key=int)\nform.get("page", type=int)\ntext.isdigit()\n'
    )
    assert len(strays(source)) == 6
    assert strays("int(now.timestamp())\nisinstance(x, int)\nclick.option('--n', type=int)\nint(count)\n") == []
