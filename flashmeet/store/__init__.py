"""Tables, types, queries and the clock of the database.

One portable schema for SQLite and PostgreSQL; whatever depends on the dialect is in this package (and in the
migrations) and nowhere else.
"""
