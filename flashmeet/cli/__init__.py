"""The `flashmeet` command: one file per noun, loaded when it is asked for."""

from flashmeet.cli.program import main

__all__ = ["main"]
