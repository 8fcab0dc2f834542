"""The `flashmeet` command: one module per noun, loaded on use."""

from flashmeet.cli.program import main

__all__ = ["main"]
