"""Real workers against real servers that keep a ledger, killed and stopped at every point: nothing is lost or doubled.

`world` makes what is due, `providers` take it and write the ledger, `processes` are the workers, `rounds` are the ways
in which things go wrong, `checker` reads database and ledger afterwards. `python -m tests.faults` runs the long form.
"""
