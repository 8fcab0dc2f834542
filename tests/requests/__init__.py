"""Asking for an hour, on both databases, with a clock that is moved by hand."""
