"""flashmeet: an alumni network's members book one hour with a mentor.

One package per feature; a package imports only packages before it in this list:

    core, i18n, identity, http, messages, audit             the foundation of every feature
    themes, security, people, schedule, bookings, rooms,    the features
    calendars, requests, conduct, privacy, outreach,
    directory, setup, programme, portal
    seed                                                    invented networks
    periodic_tasks, models, listeners, worker, routes       what binds them
    app, cli                                                what is run

Inside a feature, from the bottom up: `rules` (plain Python), `models`, `queries`, `wording`, `service` (use cases),
`mails` and `adapters`, `schemas`, `pages` and `api`.

Only pages, API, worker and commands begin units of work and read the clock; `docs/architecture.md` names the other
modules that commit. `core.zones` installs the pinned time zone data on its first import, so it is imported here, before
anything else.
"""

from flashmeet.core import zones

__all__ = ["zones"]
