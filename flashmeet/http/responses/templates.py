"""Jinja for our pages: what it does for each call of a template, without what none of ours needs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import FunctionType, MethodType

from flask.templating import Environment
from jinja2 import Template
from jinja2.environment import TemplateModule
from jinja2.runtime import Context, Macro

_FUNCTIONS = frozenset((FunctionType, MethodType))
_Variables = Mapping[str, object]
_IMPORTED = "_imported"
"""The variable of a page with the modules that were imported into it."""


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


class _Template(Template):
    """A template whose macros are made once for a page, however many of its parts import them with their context.

    So macros may use what is handed to the whole page, and nothing that a part sets for itself.
    """

    def render(self, *given: _Variables, **named: object) -> str:
        return super().render(*given, **named, **{_IMPORTED: dict[Template, TemplateModule]()})

    def make_module(
        self, vars: dict[str, object] | None = None, shared: bool = False, locals: _Variables | None = None
    ) -> TemplateModule:
        imported = vars.get(_IMPORTED) if vars else None
        if not isinstance(imported, dict):
            return super().make_module(vars, shared, locals)
        if self not in imported:
            imported[self] = super().make_module(vars, shared, locals)
        module: TemplateModule = imported[self]
        return module


class Templates(Environment):
    """What `app.Application` renders its pages with."""

    context_class = _Context
    template_class = _Template
