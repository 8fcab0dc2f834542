"""What the record of security names: acts of administrators, and what members do with their own account.

A use case or a page calls `identity.service.events.security_happened` in the unit of work of the act; `flashmeet.audit`
writes the line. Whoever adds an act says here what the record calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flashmeet.core.text import mark


class Act(StrEnum):
    SIGNED_IN = "signed_in"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_EVERYWHERE = "signed_out_everywhere"
    FACTOR_ADDED = "factor_added"
    FACTOR_REMOVED = "factor_removed"
    FACTOR_REFUSED = "factor_refused"
    FACTORS_RESET = "factors_reset"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOKEN_MADE = "token_made"  # noqa: S105  # the name of an act
    TOKEN_REVOKED = "token_revoked"  # noqa: S105  # the name of an act
    LINK_RENEWED = "link_renewed"
    ADDRESS_CHANGED = "address_changed"
    COPY_ASKED = "copy_asked"
    COPY_TAKEN = "copy_taken"
    ERASURE_ASKED = "erasure_asked"
    ERASED = "erased"
    ADMINISTRATOR_RESET = "administrator_reset"
    CREDENTIALS_ROTATED = "credentials_rotated"
    MEMBER_APPROVED = "member_approved"
    MEMBER_ADMITTED = "member_admitted"
    MEMBER_TURNED_AWAY = "member_turned_away"
    MEMBER_SUSPENDED = "member_suspended"
    MEMBER_REINSTATED = "member_reinstated"
    MENTOR_PAUSED = "mentor_paused"
    ROLES_CHANGED = "roles_changed"
    MEMBER_EDITED = "member_edited"
    MEMBER_ADDED = "member_added"
    MEMBER_INVITED = "member_invited"
    BULK_STARTED = "bulk_started"
    BULK_UNDONE = "bulk_undone"
    CHANGED_IN_BULK = "changed_in_bulk"
    OFFICE_CHANGED = "office_changed"
    NOTE_WRITTEN = "note_written"
    NOTE_REMOVED = "note_removed"
    IMPORT_CHECKED = "import_checked"
    MEMBERS_IMPORTED = "members_imported"
    MEMBERS_MERGED = "members_merged"
    MEMBERS_EXPORTED = "members_exported"
    REGISTRANTS_EXPORTED = "registrants_exported"
    ATTESTATION_MADE = "attestation_made"
    AUDIT_EXPORTED = "audit_exported"
    CASE_OPENED = "case_opened"
    CASE_WORDS_READ = "case_words_read"
    CASE_NOTED = "case_noted"
    CASE_DECIDED = "case_decided"
    PAIR_SEPARATED = "pair_separated"
    SETTING_CHANGED = "setting_changed"
    POLICY_APPLIED = "policy_applied"
    LOGO_CHANGED = "logo_changed"
    LAUNCH_BEGAN = "launch_began"
    NETWORK_OPENED = "network_opened"
    CHANNEL_TRIED = "channel_tried"
    SMS_SETTINGS_CHANGED = "sms_settings_changed"
    NUMBER_UNBLOCKED = "number_unblocked"
    TERMS_PUBLISHED = "terms_published"
    TERMS_WITHDRAWN = "terms_withdrawn"
    TEXT_CHANGED = "text_changed"
    THEME_ADDED = "theme_added"
    THEMES_STARTED = "themes_started"
    THEME_PROPOSAL_DECIDED = "theme_proposal_decided"
    THEME_CHANGED = "theme_changed"
    THEMES_MERGED = "themes_merged"
    THEME_RETIRED = "theme_retired"
    THEME_RESTORED = "theme_restored"
    MENTORS_INVITED = "mentors_invited"
    INVITATION_MADE = "invitation_made"
    INVITATION_REVOKED = "invitation_revoked"
    NUDGES_SENT = "nudges_sent"
    NUDGE_UNDONE = "nudge_undone"
    ANNOUNCEMENT_STARTED = "announcement_started"
    CAMPAIGN_STARTED = "campaign_started"
    CAMPAIGN_CHANGED = "campaign_changed"
    CAMPAIGN_TRIED = "campaign_tried"
    CAMPAIGN_EXPORTED = "campaign_exported"
    YEAR_ASKED = "year_asked"
    VIEW_SAVED = "view_saved"
    VIEW_FORGOTTEN = "view_forgotten"
    MESSAGE_RETRIED = "message_retried"
    MESSAGE_DROPPED = "message_dropped"
    REPLY_DONE = "reply_done"
    MESSAGES_RELEASED = "messages_released"
    MESSAGES_DROPPED = "messages_dropped"
    BACKED_UP = "backed_up"
    RESTORED = "restored"


LABELS: dict[Act, str] = {
    Act.SIGNED_IN: mark("Signed in"),
    Act.SIGN_IN_REFUSED: mark("Sign-in refused"),
    Act.SIGNED_OUT: mark("Signed out"),
    Act.SIGNED_OUT_EVERYWHERE: mark("Signed out everywhere"),
    Act.FACTOR_ADDED: mark("Second factor added"),
    Act.FACTOR_REMOVED: mark("Second factor removed"),
    Act.FACTOR_REFUSED: mark("Second factor refused"),
    Act.FACTORS_RESET: mark("Second factors reset"),
    Act.RECOVERY_CODES_MADE: mark("Recovery codes made"),
    Act.RECOVERY_CODE_USED: mark("Recovery code used"),
    Act.TOKEN_MADE: mark("API token made"),
    Act.TOKEN_REVOKED: mark("API token revoked"),
    Act.LINK_RENEWED: mark("Personal link renewed"),
    Act.ADDRESS_CHANGED: mark("Email address changed"),
    Act.COPY_ASKED: mark("Copy of personal data asked for"),
    Act.COPY_TAKEN: mark("Copy of personal data taken"),
    Act.ERASURE_ASKED: mark("Erasure asked for"),
    Act.ERASED: mark("Member erased"),
    Act.ADMINISTRATOR_RESET: mark("Administrator let in by a link"),
    Act.CREDENTIALS_ROTATED: mark("Calendar credentials encrypted anew"),
    Act.MEMBER_APPROVED: mark("Mentor approved"),
    Act.MEMBER_ADMITTED: mark("Applicant let in"),
    Act.MEMBER_TURNED_AWAY: mark("Applicant turned away"),
    Act.MEMBER_SUSPENDED: mark("Member suspended"),
    Act.MEMBER_REINSTATED: mark("Member reinstated"),
    Act.MENTOR_PAUSED: mark("Mentor paused"),
    Act.ROLES_CHANGED: mark("Roles changed"),
    Act.MEMBER_EDITED: mark("Profile changed by an administrator"),
    Act.MEMBER_ADDED: mark("Member added"),
    Act.MEMBER_INVITED: mark("Member invited"),
    Act.BULK_STARTED: mark("Many members changed at once"),
    Act.BULK_UNDONE: mark("Change of many members undone"),
    Act.CHANGED_IN_BULK: mark("Member changed together with others"),
    Act.OFFICE_CHANGED: mark("Part of the administration given or taken"),
    Act.NOTE_WRITTEN: mark("Note about a member written"),
    Act.NOTE_REMOVED: mark("Note about a member removed"),
    Act.IMPORT_CHECKED: mark("Member file looked at"),
    Act.MEMBERS_IMPORTED: mark("Members imported"),
    Act.MEMBERS_MERGED: mark("Two rows of a member made one"),
    Act.MEMBERS_EXPORTED: mark("List of members downloaded"),
    Act.REGISTRANTS_EXPORTED: mark("List of registrants downloaded"),
    Act.ATTESTATION_MADE: mark("Attestation downloaded"),
    Act.AUDIT_EXPORTED: mark("Record downloaded"),
    Act.CASE_OPENED: mark("Case opened"),
    Act.CASE_WORDS_READ: mark("Messages of a case read"),
    Act.CASE_NOTED: mark("Note added to a case"),
    Act.CASE_DECIDED: mark("Case decided"),
    Act.PAIR_SEPARATED: mark("Two members kept apart or allowed to meet"),
    Act.SETTING_CHANGED: mark("Setting changed"),
    Act.POLICY_APPLIED: mark("Policy applied to every mentor"),
    Act.LOGO_CHANGED: mark("Logo changed"),
    Act.LAUNCH_BEGAN: mark("Mentors first"),
    Act.NETWORK_OPENED: mark("Network opened to mentees"),
    Act.CHANNEL_TRIED: mark("Email or SMS tested"),
    Act.SMS_SETTINGS_CHANGED: mark("SMS settings changed"),
    Act.NUMBER_UNBLOCKED: mark("Number unblocked"),
    Act.TERMS_PUBLISHED: mark("Terms published"),
    Act.TERMS_WITHDRAWN: mark("Terms withdrawn"),
    Act.TEXT_CHANGED: mark("Text of a page changed"),
    Act.THEME_ADDED: mark("Theme added"),
    Act.THEMES_STARTED: mark("Starter themes added"),
    Act.THEME_PROPOSAL_DECIDED: mark("Proposed theme decided"),
    Act.THEME_CHANGED: mark("Theme changed"),
    Act.THEMES_MERGED: mark("Themes merged"),
    Act.THEME_RETIRED: mark("Theme retired"),
    Act.THEME_RESTORED: mark("Theme restored"),
    Act.MENTORS_INVITED: mark("Mentors invited to a theme"),
    Act.INVITATION_MADE: mark("Invitation made"),
    Act.INVITATION_REVOKED: mark("Invitation revoked"),
    Act.NUDGES_SENT: mark("Message to several members sent"),
    Act.NUDGE_UNDONE: mark("Message to members taken back"),
    Act.ANNOUNCEMENT_STARTED: mark("Announcement started or tested"),
    Act.CAMPAIGN_STARTED: mark("Invitations started"),
    Act.CAMPAIGN_CHANGED: mark("Invitations or announcement paused, resumed or ended"),
    Act.CAMPAIGN_TRIED: mark("Test of an invitation sent"),
    Act.CAMPAIGN_EXPORTED: mark("List of people written to downloaded"),
    Act.YEAR_ASKED: mark("Question of the year asked"),
    Act.VIEW_SAVED: mark("View of registrants saved"),
    Act.VIEW_FORGOTTEN: mark("View of registrants removed"),
    Act.MESSAGE_RETRIED: mark("Message sent again"),
    Act.MESSAGE_DROPPED: mark("Message dropped"),
    Act.REPLY_DONE: mark("Reply taken off the list"),
    Act.MESSAGES_RELEASED: mark("Messages held back by a restore released"),
    Act.MESSAGES_DROPPED: mark("Messages held back by a restore dropped"),
    Act.BACKED_UP: mark("Backup made"),
    Act.RESTORED: mark("Restored from a backup"),
}
"""What the record calls each act."""


OF_CASES = frozenset({Act.CASE_OPENED, Act.CASE_WORDS_READ, Act.CASE_NOTED, Act.CASE_DECIDED, Act.PAIR_SEPARATED})
"""Acts that the member whom they concern does not see: who is reported finds no trace of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An act for the record.

    `by` is the member who did it, None where nobody was signed in or the server's command line did it; `to` is the
    member whom it concerns, who may be the same. `about` says in short what it concerned: a setting's key, the number
    of a row, counts; never a secret, and nothing that a person typed, since the record outlives an erasure.
    """

    act: Act
    by: int | None = None
    to: int | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act came from: the range of the address (IPv4 /24, IPv6 /64), and the browser in short.

    Both are "" for an act of the server's command line.
    """

    network: str = ""
    browser: str = ""


ORIGIN = "origin"
"""In a database session's `info`: a function that returns the `Origin` of its request; a command has none there."""
RECORDED_ACTS = "recorded acts"
"""In a database session's `info`: the acts that its unit of work has recorded."""
