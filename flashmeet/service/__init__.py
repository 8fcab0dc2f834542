"""Use cases: one function = one unit of work.

They take the session, the clock's reading and ports as arguments, and raise refusals.
"""
