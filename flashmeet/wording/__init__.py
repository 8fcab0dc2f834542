"""Dates, sentences and names in the member's language; works without a request."""
