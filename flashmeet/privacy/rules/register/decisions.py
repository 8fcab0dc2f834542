"""Who decided what, and the tables that hold no person's data."""

from __future__ import annotations

from flashmeet.core.text import mark
from flashmeet.privacy.rules.entries import AtErasure, Ground, Kept, Period, Purpose
from flashmeet.privacy.rules.periods import DAY

RECORD = Purpose(
    key="record",
    title=mark("The record of security"),
    what=mark(
        "Sign-ins, changes of keys and addresses, and what administrators do to whom: when, from which range of "
        "network addresses, with which kind of browser."
    ),
    why=mark("So that misuse is found, and so that administrators answer for what they do."),
    ground=Ground.INTEREST,
    kept_for=mark("One year, even after an erasure: then without a name, since the line holds a number only."),
    seen_by=mark("You see your own lines, the administrators all."),
    tables=(
        Kept(
            table="audit_entry",
            people="by_id to_id",
            own={"by_id": "network browser"},
            shared="at act about",
            free="id kept_until",
            at_erasure=AtErasure.STAY,
        ),
    ),
)
"""Nobody can change a line of it: it goes by `audit.service.forget_entries`."""

DECISIONS = Purpose(
    key="decisions",
    title=mark("What administrators decide"),
    what=mark("Which administrator changed a setting, a text, a theme or an invitation, and when."),
    why=mark("So that the network can account for what was done."),
    ground=Ground.INTEREST,
    kept_for=mark("As long as the service runs; without the name of an administrator who is erased."),
    seen_by=mark("The administrators."),
    tables=(
        Kept(
            table="setting_change",
            people="changed_by_id",
            shared="changed_at",
            free="id name before after",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="page_text",
            people="changed_by_id",
            shared="changed_at",
            free="name texts",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="terms",
            people="announced_by_id",
            shared="version announced_at",
            free="texts commitments in_force_at changes withdrawn_at",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="terms_notice",
            free="version told_to_id",
        ),
        Kept(
            table="invitation",
            people="created_by_id",
            shared="created_at expires_at revoked_at",
            free="id nonce label role approves most uses",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="saved_view",
            people="by_id",
            shared="created_at",
            free="id page name fields",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="campaign",
            people="by_id",
            shared="created_at start_at ended_at kind",
            free="id state fields words gathered_to year",
            at_erasure=AtErasure.STAY,
        ),
        Kept(
            table="theme_event",
            people="by_id",
            shared="theme_id at what",
            free="id facts",
            at_erasure=AtErasure.STAY,
        ),
    ),
)

NOTES = Purpose(
    key="notes",
    title=mark("Notes of administrators"),
    what=mark("What an administrator wrote down about you, such as what you agreed on the phone."),
    why=mark("So that the people who run the network remember what they promised you."),
    ground=Ground.INTEREST,
    kept_for=mark("Until an administrator removes it, and as long as you are a member."),
    seen_by=mark("The administrators. You find them in the copy of your data."),
    tables=(
        Kept(
            table="member_note",
            people="member_id",
            shared="written_at",
            texts="text",
            links="by_id",
            free="id",
        ),
    ),
)

BULK = Purpose(
    key="bulk",
    title=mark("Changes for many members at once"),
    what=mark("Roles, approval or themes of yours that an administrator changed together with those of others."),
    why=mark("So that such a change can be undone for everybody."),
    ground=Ground.INTEREST,
    kept_for=mark("30 days, in which it can be undone."),
    seen_by=mark("The administrators."),
    tables=(
        Kept(
            table="bulk_act",
            people="by_id",
            shared="theme_id created_at",
            free="id kind state hours fields total",
            at_erasure=AtErasure.STAY,
            periods=(Period("created_at", 30 * DAY),),
        ),
        Kept(
            table="bulk_change",
            people="member_id",
            shared="before after",
            free="act_id state",
            periods=(Period("act_id.created_at", 30 * DAY),),
        ),
    ),
)

IMPORTS = Purpose(
    key="imports",
    title=mark("Files of people"),
    what=mark("A file of members that an administrator sends, while it is read and taken."),
    why=mark("So that a school’s alumni can be invited."),
    ground=Ground.INTEREST,
    kept_for=mark("Two days."),
    seen_by=mark("The administrators."),
    tables=(
        Kept(
            table="member_import",
            people="by_id",
            shared="created_at",
            withheld="file_name content plan result left_out",
            free="id state roles approved update done leased_until",
            periods=(Period("created_at", 2 * DAY),),
        ),
    ),
)

NOBODYS: tuple[Kept, ...] = (
    Kept(table="backup_made", free="id made_at row_count verified_at failed_at"),
    Kept(table="campaign_day", free="day written"),
    Kept(table="channel_state", free="channel paced_until away_since probe_at reason"),
    Kept(table="channel_trial", free="channel tried_at through fault records"),
    Kept(table="import_heading", free="heading meaning"),
    Kept(table="duty_run", free="name due_at reached"),
    Kept(table="proof_of_day", free="day rule looked_at broken named why checked_at"),
    Kept(table="revision", free="id value"),
    Kept(table="setting", free="name value"),
    Kept(table="theme", free="id slug names active regulated synonyms examples merged_into_id"),
    Kept(table="theme_term", free="term theme_id"),
)
"""Tables that hold no person's data. A setting may name the programme's contact, who is published on purpose."""
