"""Jinja for our pages: what it does for each call of a template, without what none of ours needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType

from flask.templating import Environment
from jinja2.runtime import Context, Macro

_FUNCTIONS = frozenset((FunctionType, MethodType))
_Variables = Mapping[str, object]


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


class Templates(Environment):
    """What `app.Application` renders its pages with."""

    context_class = _Context
