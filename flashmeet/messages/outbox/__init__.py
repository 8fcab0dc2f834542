"""The outbox: every message is written in the transaction that causes it, then leased, sent and settled.

    waiting → sending (committed before the call) → sent | waiting again | unknown | refused | dropped | parked

A row is never lost: if a worker dies before *sending*, its lease ends; after *sending*, the row becomes *unknown*, and
the channel is asked for the outcome. Only an unknown outcome can lead to a second sending.
"""
