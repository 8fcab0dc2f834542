"""What pages and files call the facts of campaigns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flashmeet.core.text import mark
from flashmeet.outreach.rules.campaigns import CampaignKind, CampaignState, Opening, PersonState
from flashmeet.outreach.rules.segments import SegmentRole

KINDS: Mapping[CampaignKind, str] = {
    CampaignKind.INVITATION: mark("Invitation"),
    CampaignKind.ANNOUNCEMENT: mark("Announcement"),
    CampaignKind.GRADUATES: mark("New graduates"),
    CampaignKind.RENEWAL: mark("Mentors of last year"),
    CampaignKind.ARCHIVE: mark("Away for long"),
}
STATES: Mapping[CampaignState, str] = {
    CampaignState.RUNNING: mark("under way"),
    CampaignState.PAUSED: mark("paused"),
    CampaignState.DONE: mark("all written"),
    CampaignState.UNDOING: mark("being undone"),
    CampaignState.ENDED: mark("ended"),
}
PEOPLE: Mapping[PersonState, str] = {
    PersonState.WAITING: mark("Not yet written to"),
    PersonState.WRITTEN: mark("Written to"),
    PersonState.CAME: mark("Came"),
    PersonState.BOUNCED: mark("Bounced"),
    PersonState.STOPPED: mark("Asked to stop"),
    PersonState.GONE: mark("Left or suspended"),
    PersonState.SILENT: mark("Never reached"),
}
"""In the order of the page."""
OPENINGS: Mapping[Opening, str] = {
    Opening.PLAIN: mark("What the network is"),
    Opening.SCHOOL: mark("From the school"),
    Opening.START: mark("It is opening"),
    Opening.RETURN: mark("You have not signed in yet"),
}


@dataclass(frozen=True, slots=True)
class PosterWords:
    title: str
    lines: tuple[str, ...]


POSTERS: Mapping[SegmentRole, PosterWords] = {
    SegmentRole.EVERYBODY: PosterWords(
        mark("An hour with someone who has been there."),
        (
            mark("Ask for an hour, or give one."),
            mark("You write your question, or say when you are free; the rest is one tap."),
            mark("It costs nothing."),
        ),
    ),
    SegmentRole.MENTEE: PosterWords(
        mark("An hour with someone who has been there."),
        (
            mark("Write your question in a few lines."),
            mark("Choose an hour."),
            mark("Talk by video. It costs nothing."),
        ),
    ),
    SegmentRole.MENTOR: PosterWords(
        mark("Someone here needs what you know."),
        (
            mark("Give an hour now and then."),
            mark("You say when you are free; it takes a minute."),
            mark("A break whenever you like."),
        ),
    ),
}
PARAGRAPHS: Mapping[SegmentRole, str] = {
    SegmentRole.EVERYBODY: mark(
        "%(network)s lets people from one school help one another, an hour at a time: anyone with a question "
        "can book an hour with someone who has been there, by video, free of charge. To ask for an hour or to "
        "give one: %(address)s"
    ),
    SegmentRole.MENTEE: mark(
        "A question about a job, a country, a company, your next step? On %(network)s you write it in a few lines, "
        "choose an hour, and talk with someone who has been there. It costs nothing: %(address)s"
    ),
    SegmentRole.MENTOR: mark(
        "You have been there, and someone is asking themselves how. %(network)s is looking for people who give an hour "
        "now and then, by video, when it suits them. It takes a minute to say when you are free: %(address)s"
    ),
}
"""Ready paragraphs for one's own newsletter."""
