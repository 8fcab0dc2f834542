"""flashmeet: one hour between two people.

The map of the house. Imports point one way, downwards; neighbours on one line never import each other:

    app, cli                        wires the parts together; the command
    web | api | worker | adapters   pages; JSON; the loop; the outside world
    gate                            what every request passes: host, headers, identity, access, unit of work
    service                         use cases: one function = one unit of work
    outbox                          everything that leaves: write, lease, settle
    store                           tables, types, queries, the clock; the only place that knows the dialect
    wording                         dates and sentences in the member's language
    domain | config                 the rules, plain Python; the settings

`domain.zones` forces the pinned time zone data when it is first imported, so it is imported here, before anything else.
Only `web`, `api`, `worker` and `cli` read the clock and commit; below them, *now* and *session* are arguments.
"""

from flashmeet.core import zones

__all__ = ["zones"]
