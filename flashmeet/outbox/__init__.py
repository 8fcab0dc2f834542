"""Everything that leaves goes through here: written in the transaction that caused it, leased, settled."""
