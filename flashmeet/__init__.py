"""flashmeet: one hour between two people.

One package per feature; a package imports only those before it in this list:

    core, i18n, identity, http, messages            what every feature stands on
    themes, people, schedule, bookings, rooms,      the features
    calendars, requests, conduct, programme, portal
    seed; models, listeners, periodic_tasks; worker, routes; app; cli

Inside a feature: `rules` (plain Python), `models`, `queries`, `service` (use cases), `mails`, `wording`, `pages`,
`api`.
Only pages, API, worker and commands begin units of work and read the clock; `docs/architecture.md` names what commits
besides. `core.zones` forces the pinned time zone data when it is first imported, so it is imported here, first of all.
"""

from flashmeet.core import zones

__all__ = ["zones"]
