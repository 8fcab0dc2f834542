"""Asking for an hour that nobody offers yet: one mentor, or a theme; and what they answer."""
