"""Jinja for our pages: what it does for each value and each call of a template, without what none of ours needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType
from typing import Any

from flask.templating import Environment
from jinja2 import nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from markupsafe import _escape_inner as _escape_text  # type: ignore[attr-defined]  # what `escape` calls for a text

_FUNCTIONS = frozenset((FunctionType, MethodType))
_Variables = Mapping[str, object]


def escaped(value: object) -> str:
    """Returns what `escape` does as a text to be joined: the five characters of HTML escaped, markup as it is."""
    if type(value) is str:
        return _escape_text(value)
    if type(value) is Markup:
        return value
    return str(value) if type(value) is int else escape(value)


class _Context(Context):
    def call(
        self,
        called: Callable[..., object],
        /,
        *given: object,
        _loop_vars: _Variables | None = None,
        _block_vars: _Variables | None = None,
        **named: object,
    ) -> object:
        """Calls what a template calls: most often a plain function, or a macro."""
        kind = type(called)
        if kind is Macro:
            return called(self.eval_ctx, *given, **named)
        if kind in _FUNCTIONS and getattr(called, "jinja_pass_arg", None) is None:
            return called(*given, **named)
        return super().call(called, *given, _loop_vars=_loop_vars, _block_vars=_block_vars, **named)


class _Generator(CodeGenerator):
    """Writes the Python of a template: a value that is shown is `escaped`, and not made markup first."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:  # noqa: ANN401  # of Jinja’s own
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Templates(Environment):
    """What `app.Application` renders its pages with."""

    context_class = _Context
    code_generator_class = _Generator
    escaped = staticmethod(escaped)
