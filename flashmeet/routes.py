"""Every page and API operation, in order of registration."""

from __future__ import annotations

from importlib import import_module

from flask import Blueprint
from flask_openapi.openapi import OpenAPI

from flashmeet.bookings.pages.book import hold_hour
from flashmeet.bookings.service.holds import hold_is_members
from flashmeet.http.api import document
from flashmeet.http.api.endpoint import api
from flashmeet.identity.service.events import browser_signed_in, code_asked

PAGES = (
    "flashmeet.portal.pages.template_context",
    "flashmeet.portal.pages.template_times",
    "flashmeet.portal.pages.navigation",
    "flashmeet.portal.pages.home",
    "flashmeet.portal.pages.search.page",
    "flashmeet.portal.pages.mentors",
    "flashmeet.bookings.pages.book",
    "flashmeet.bookings.pages.bookings",
    "flashmeet.bookings.pages.mailed_changes",
    "flashmeet.bookings.pages.mailed_words",
    "flashmeet.bookings.pages.booking_details",
    "flashmeet.bookings.pages.changed_numbers",
    "flashmeet.schedule.pages.become_mentor",
    "flashmeet.bookings.pages.quick_publish",
    "flashmeet.bookings.pages.wording",
    "flashmeet.requests.pages.wording",
    "flashmeet.portal.pages.zones",
    "flashmeet.rooms.pages.room",
    "flashmeet.rooms.pages.late",
    "flashmeet.rooms.pages.signalling",
    "flashmeet.rooms.pages.fallback",
    "flashmeet.rooms.pages.providers",
    "flashmeet.rooms.pages.own_room",
    "flashmeet.bookings.pages.feedback",
    "flashmeet.bookings.pages.follow_up",
    "flashmeet.bookings.pages.series",
    "flashmeet.requests.pages.requests",
    "flashmeet.requests.pages.answer",
    "flashmeet.requests.pages.offers",
    "flashmeet.bookings.pages.threads",
    "flashmeet.bookings.pages.thread_files",
    "flashmeet.bookings.pages.day_offers",
    "flashmeet.bookings.pages.own_days",
    "flashmeet.requests.pages.inactivity_check",
    "flashmeet.conduct.pages.blocks",
    "flashmeet.conduct.pages.reports",
    "flashmeet.conduct.pages.no_shows",
    "flashmeet.conduct.pages.confirmations",
    "flashmeet.people.pages.sign_in",
    "flashmeet.people.pages.joining",
    "flashmeet.portal.pages.first_minute",
    "flashmeet.portal.pages.demo",
    "flashmeet.people.pages.one_time_link",
    "flashmeet.portal.pages.preferences",
    "flashmeet.portal.pages.kept_words",
    "flashmeet.portal.pages.own_link",
    "flashmeet.portal.pages.operations",
    "flashmeet.schedule.pages.free_now",
    "flashmeet.schedule.pages.availability",
    "flashmeet.portal.pages.me",
    "flashmeet.portal.pages.leave",
    "flashmeet.portal.pages.history",
    "flashmeet.portal.pages.settings",
    "flashmeet.people.pages.profile",
    "flashmeet.security.pages.security",
    "flashmeet.security.pages.second_step",
    "flashmeet.security.pages.factors",
    "flashmeet.security.pages.proof",
    "flashmeet.security.pages.resets",
    "flashmeet.people.pages.address",
    "flashmeet.security.pages.admin_access",
    "flashmeet.people.pages.address_back",
    "flashmeet.portal.pages.notifications",
    "flashmeet.people.pages.phone",
    "flashmeet.portal.pages.hooks",
    "flashmeet.calendars.pages.accounts",
    "flashmeet.calendars.pages.questions",
    "flashmeet.privacy.pages.own_data",
    "flashmeet.privacy.pages.members_data",
    "flashmeet.outreach.pages.announcements",
    "flashmeet.outreach.pages.campaigns",
    "flashmeet.outreach.pages.invitations",
    "flashmeet.outreach.pages.poster",
    "flashmeet.setup.pages.setup",
    "flashmeet.setup.pages.launch",
    "flashmeet.outreach.pages.year",
    "flashmeet.outreach.pages.year_answers",
    "flashmeet.programme.pages.overview",
    "flashmeet.directory.pages.member_views",
    "flashmeet.directory.pages.members",
    "flashmeet.directory.pages.bulk",
    "flashmeet.directory.pages.person",
    "flashmeet.directory.pages.merging",
    "flashmeet.directory.pages.editing",
    "flashmeet.directory.pages.member_import",
    "flashmeet.programme.pages.registrants",
    "flashmeet.programme.pages.nudges",
    "flashmeet.programme.pages.invitations",
    "flashmeet.programme.pages.pauses",
    "flashmeet.programme.pages.report_lines",
    "flashmeet.programme.pages.reports",
    "flashmeet.programme.pages.proof",
    "flashmeet.programme.pages.theme_mentors",
    "flashmeet.programme.pages.themes",
    "flashmeet.programme.pages.recruiting",
    "flashmeet.messages.pages.admin_messages",
    "flashmeet.messages.pages.admin_sms",
    "flashmeet.audit.pages",
    "flashmeet.people.pages.terms",
    "flashmeet.programme.pages.terms",
    "flashmeet.people.pages.pictures",
    "flashmeet.directory.pages.joining",
    "flashmeet.conduct.pages.admin_cases",
    "flashmeet.programme.pages.settings",
    "flashmeet.programme.pages.page_texts",
    "flashmeet.http.prose",
    "flashmeet.portal.pages.static_pages",
    "flashmeet.portal.pages.installable",
    "flashmeet.calendars.pages.feed",
    "flashmeet.calendars.pages.declined",
    "flashmeet.calendars.pages.connect",
    "flashmeet.calendars.pages.google_push",
    "flashmeet.portal.pages.dev",
)

OPERATIONS = (
    "flashmeet.bookings.api",
    "flashmeet.http.api.problems",
    "flashmeet.people.api",
    "flashmeet.portal.api",
    "flashmeet.requests.api",
    "flashmeet.schedule.api.availability",
    "flashmeet.schedule.api.free_now",
    "flashmeet.schedule.api.slots",
    "flashmeet.themes.api",
)


def page_blueprints() -> list[Blueprint]:
    """Returns the blueprint `bp` of each module in `PAGES`."""
    found: list[Blueprint] = [import_module(name).bp for name in PAGES]
    code_asked.listen(hold_hour)
    browser_signed_in.listen(hold_is_members)
    return found


def register_api(app: OpenAPI) -> None:
    """Registers `/api/v1` on an application made with `document.settings()`."""
    for name in OPERATIONS:
        import_module(name)
    app.openapi_version = document.OPENAPI_VERSION
    app.register_api(api)
