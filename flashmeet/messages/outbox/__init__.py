"""The one door through which everything leaves: written in the transaction that caused it, leased, settled.

    waiting → sending (committed before the call) → sent | waiting again | unknown | refused | dropped | parked

A row is never lost: a worker that dies leaves it leased, and the lease ends; one that dies after *sending* leaves it
*unknown*, and its channel is asked what became of it. A row is never sent twice outside that one doubt.
"""
