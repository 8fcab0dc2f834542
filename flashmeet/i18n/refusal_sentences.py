"""The sentence of each refusal: what happened, and what to do next.

Every class in `core.errors` that is raised has its own entry. When facts are missing, the next, plainer sentence is
used.
"""

from __future__ import annotations

from flashmeet.core import errors
from flashmeet.core.errors import Refusal
from flashmeet.core.text import mark

SENTENCES: dict[type[Refusal], tuple[str, ...]] = {
    # What every refusal is made of, and those that any part of the service may raise.
    errors.Refusal: (mark("This cannot be done as things stand. Go back and try another way."),),
    errors.BadInput: (
        mark("We could not read “%(label)s”. Check it and send it again."),
        mark("We could not read what was sent. Check it and send it again."),
    ),
    errors.NotFound: (mark("There is nothing here, or it is not yours to see. Start again from the home page."),),
    errors.TooManyRequests: (
        mark("That was a lot in a short time. Try again in %(wait)s; nothing is lost."),
        mark("That was a lot in a short time. Wait a minute, then pick up where you left off."),
    ),
    errors.Busy: (mark("Many people are here right now. Nothing is lost: try again in a moment."),),
    errors.Unreadable: (mark("We could not read what was sent as JSON. Check the format and send it again."),),
    errors.UnknownField: (
        mark("There is no “%(field)s” here. Check the spelling, or leave it out."),
        mark("Something was sent that does not belong here. Leave it out."),
    ),
    errors.ReadOnly: (mark("This access is read-only. Use one that can write."),),
    errors.ChangedMeanwhile: (
        mark(
            "This was changed meanwhile, in another window or by a link. Nothing has been overwritten: compare, then "
            "save again."
        ),
    ),
    errors.PreconditionFailed: (
        mark("This was changed meanwhile, so nothing has been overwritten. Read it again, then send your change."),
    ),
    errors.IdempotencyMismatch: (
        mark("The same key came with two different requests. Use a new key for a new request."),
    ),
    errors.BadSignature: (mark("We could not tell who sent this, so nothing was done."),),
    # What is typed or sent, and cannot be taken as it is.
    errors.Missing: (
        mark("“%(label)s” is still empty. A few words are enough."),
        mark("A field is still empty. A few words are enough."),
    ),
    errors.TooLong: (
        mark("“%(label)s” can hold %(most)s characters and has %(length)s. Please shorten it a little."),
        mark("This text is too long. Please shorten it a little."),
    ),
    errors.OutOfRange: (
        mark("“%(label)s” must be between %(low)s and %(high)s."),
        mark("This value is out of range. Choose another one."),
    ),
    errors.UnknownZone: (
        mark("We do not know the time zone “%(tzid)s”. Choose one from the list, such as Europe/Paris."),
        mark("We do not know this time zone. Choose one from the list, such as Europe/Paris."),
    ),
    errors.OffTheQuarter: (
        mark("“%(label)s” goes in 15-minute steps: 00, 15, 30 or 45."),
        mark("Hours go in 15-minute steps: 00, 15, 30 or 45."),
    ),
    errors.BadDate: (mark("We could not read this date. Choose a day of the calendar, with its month and its year."),),
    errors.BadInstant: (
        mark(
            "We could not read this time. Write it with Z or its offset, "
            "as 2026-12-09T17:00:00Z or 2026-12-09T18:00:00+01:00."
        ),
    ),
    errors.BadTime: (mark("We could not read this time. Write it as 18:30: hours, minutes."),),
    errors.EndBeforeStart: (
        mark("The end (%(end)s) must come after the start (%(start)s)."),
        mark("The end must come after the start."),
    ),
    errors.PastDay: (mark("That day is over. Choose today or a day to come."),),
    errors.BadEmail: (mark("This does not look like an email address. Write it as name@example.org."),),
    errors.AccentedEmail: (
        mark(
            "Before the @ of this address stand letters to which few mail servers deliver, such as é or ü. "
            "Enter another address, without them."
        ),
    ),
    errors.RobotsMailbox: (
        mark("The service itself uses this mailbox, and nobody would see the questions. Choose one that people read."),
    ),
    errors.BadPhone: (
        mark("We could not read this phone number. Write it with its country code, such as +33 6 12 34 56 78."),
    ),
    errors.NotMobile: (mark("This number cannot receive SMS. Enter a mobile number, such as +33 6 12 34 56 78."),),
    errors.CountryNotServed: (
        mark("The network does not send SMS to this country yet. Reminders still come by email."),
    ),
    errors.BadAddress: (
        mark(
            "This does not look like the address of a room. It starts with https:// and contains no name or password."
        ),
    ),
    errors.BadPicture: (
        mark("We could not read this picture. Choose a JPEG up to 20 MB, or a PNG or WebP up to 5 MB, 12 megapixels."),
    ),
    errors.HeicPicture: (
        mark("This is a HEIC file, which most browsers cannot show. Save the photo as a JPEG, and choose that file."),
    ),
    errors.NotPdf: (
        mark("This file is not a PDF. Save it as one (most programs print to PDF), and choose that file."),
    ),
    errors.FileTooLarge: (
        mark("This file is larger than %(most)s MB. Send a shorter one, or write where it can be read."),
    ),
    errors.NotTicked: (mark("Tick every line: this is what you promise the others."),),
    errors.UnevenLines: (
        mark("The lines do not match: %(lines)s. Write the same lines in the same order in each language."),
        mark("The lines do not match. Write the same lines in the same order in each language."),
    ),
    errors.TooFaint: (
        mark(
            "Text in this colour is hard to read: its contrast is %(ratio)s, and 4.5 is needed. Choose a stronger one."
        ),
        mark("Text in this colour is hard to read. Choose a stronger one."),
    ),
    errors.BlanksLeft: (
        mark("A legal text still has blanks in brackets. Fill them in under “Texts” first, then open the network."),
    ),
    # Signing in, being a member, and what may be sent to one.
    errors.NotSignedIn: (mark("Sign in to continue."),),
    errors.TokenExpired: (
        mark("This access token ended on %(expired_at)s. Make another one on the page “Sign-ins and access”."),
        mark("This access token has ended. Make another one on the page “Sign-ins and access”."),
    ),
    errors.TokenRevoked: (
        mark("This access token was taken back. Make another one on the page “Sign-ins and access”."),
    ),
    errors.TooManyTokens: (
        mark("You have %(most)s access tokens already. Take back one that you no longer need, then make another."),
        mark("You have too many access tokens. Take back one that you no longer need, then make another."),
    ),
    errors.WrongCode: (
        mark(
            "This code does not work: it may be mistyped, already used, or more than ten minutes old. Ask for a new "
            "one."
        ),
    ),
    errors.WrongFactor: (
        mark(
            "That did not work: the code of an app counts once, for half a minute, and a recovery code once. Wait "
            "for the next code, or use another way."
        ),
    ),
    errors.LastFactor: (mark("Administrators need a second step. Add another one first, then remove this one."),),
    errors.FactorRequired: (
        mark("Administrators need a second step when they sign in. Add one under “Sign-ins and access” first."),
    ),
    errors.ProofRequired: (mark("Confirm first that it is you, then send it again."),),
    errors.ConsentOver: (
        mark("This permission was requested too long ago, or in another browser. Start again from your calendars."),
    ),
    errors.AccessSuspended: (
        mark(
            "Your access is suspended, so this link opens nothing at present. The others have been told. To talk about "
            "it, write to the people who run the network."
        ),
    ),
    errors.LinkRenewed: (
        mark(
            "This link has been replaced, so it opens nothing any more. Use the one in a newer message, or sign in: "
            "everything that concerns you is there."
        ),
    ),
    errors.TermsRequired: (mark("Read and accept the network’s terms first; what you typed is kept."),),
    errors.JoiningClosed: (mark("You need a valid invitation to join. Ask someone in the network for a new one."),),
    errors.OtherDomain: (
        mark("This network accepts addresses from %(domains)s. Use yours, or ask for an invitation."),
        mark("This network does not accept addresses from that domain. Ask for an invitation."),
    ),
    errors.NotOpenYet: (
        mark("The network opens soon: its mentors are adding their hours. You can book and ask once it is open."),
    ),
    errors.PausedByNetwork: (
        mark(
            "Your bookings are on hold until someone from the network has talked to you. They will get in touch; you "
            "keep the hours you already have."
        ),
    ),
    errors.AddressTaken: (mark("Another member has this email address. Choose another one."),),
    errors.SameAddress: (mark("This is the email address you have now. Enter the new one."),),
    errors.UnknownRole: (mark("Roles are mentee, mentor and administrator. Choose from these."),),
    errors.SmsOff: (mark("The network is not sending SMS right now. Reminders come by email."),),
    errors.SmsLimit: (
        mark("Enough codes have been sent for today. Try again tomorrow; reminders come by email in the meantime."),
    ),
    errors.NumberBlocked: (
        mark("We cannot send SMS to this number. Use another one, or get your reminders by email."),
    ),
    # Booked hours and days: booking, moving, ending, meeting, and what follows.
    errors.Yourself: (mark("This is your own hour, and an hour takes two people. Choose another mentor."),),
    errors.NotBookable: (
        mark(
            "This hour is no longer possible: one of you is not available at present. "
            "Look for an hour with someone else."
        ),
    ),
    errors.NotOffered: (mark("This mentor is not free then. Choose one of the hours shown."),),
    errors.OnLeave: (mark("This hour falls into the mentor’s leave. Choose a time outside it."),),
    errors.ThemeNotOffered: (
        mark("This mentor does not help with this theme. Choose another theme or another mentor."),
    ),
    errors.WayNotOffered: (mark("This mentor does not meet in that way. Choose one of those shown."),),
    errors.UnknownTheme: (
        mark("The network has no theme called “%(theme)s”. Choose one from the list."),
        mark("The network has no such theme. Choose one from the list."),
    ),
    errors.TooLate: (
        mark("%(starts_at)s is too soon: this mentor needs %(notice)s of notice. Choose a later hour."),
        mark("This hour is too soon. Choose a later one."),
    ),
    errors.TooLateTonight: (
        mark("Hours at short notice take place between %(first)s and %(last)s o’clock. Try again tomorrow."),
        mark("It is too late for an hour at short notice. Try again tomorrow."),
    ),
    errors.BeyondHorizon: (
        mark("This mentor can be booked up to %(horizon_days)s days ahead. Choose an earlier hour."),
        mark("This hour is too far ahead. Choose an earlier one."),
    ),
    errors.SlotTaken: (mark("This hour has just been taken."),),
    errors.YouAreBusy: (
        mark("You already have an hour booked at that time. Choose another one, or move the one you have."),
    ),
    errors.OwnCalendarBusy: (
        mark("Your own calendar has something else at that hour, so nothing was booked. Choose another one."),
    ),
    errors.QuotaReached: (mark("There are no hours left in that period. Choose another day."),),
    errors.TooOften: (
        mark("You have changed your mind about this person’s hours often today. Try again in %(wait)s."),
    ),
    errors.CalendarUnavailable: (
        mark("We could not check this mentor’s calendar just now, so nothing was booked. Try again in a few minutes."),
    ),
    errors.AlreadyOver: (mark("This hour has started, is over or was cancelled: it can no longer be changed."),),
    errors.ConfirmationOver: (mark("The deadline for confirming this hour was %(until)s."),),
    errors.TooLateToSolve: (
        mark(
            "%(starts_at)s is less than two hours away, and the other person is counting on it. Write it here, and "
            "keep the hour."
        ),
        mark(
            "The hour is less than two hours away, and the other person is counting on it. Write it here, and keep "
            "the hour."
        ),
    ),
    errors.BreakOutside: (mark("Breaks must fall within the day, apart from each other, and leave some of the day."),),
    errors.TooManyDays: (
        mark("You already offer %(most)s days that can be requested. Withdraw one before you offer another."),
        mark("You already offer enough days that can be requested. Withdraw one before you offer another."),
    ),
    errors.DayGone: (mark("This day can no longer be requested. See what else this mentor offers."),),
    errors.DayAsked: (
        mark(
            "Someone has requested this day or already has it. Answer them first, or cancel it on the page for the day."
        ),
    ),
    errors.DayStays: (mark("A day keeps its date. If it no longer suits you, cancel it and ask for another."),),
    errors.UnknownRoomLink: (
        mark(
            "This link does not open a room for you. Open the one in your latest email about the hour; if you are "
            "signed in as someone else, sign out first."
        ),
    ),
    errors.RoomClosed: (mark("The room is closed. The page for your hour says when it opens."),),
    errors.ThreadClosed: (mark("You can no longer write here. Your next hour together will have a page of its own."),),
    errors.TooEarlyToSay: (
        mark("People can be a little late. You can report an absence from %(at)s."),
        mark("People can be a little late. Wait a few more minutes before you report an absence."),
    ),
    errors.TooLateToSay: (mark("This hour was more than a week ago: that can no longer be reported."),),
    errors.ContestOver: (
        mark("The deadline for answering was %(until)s. Write to the network if there is more to say."),
    ),
    errors.NothingServed: (
        mark("No hours have been given in %(year)s so far. The certificate comes with the first one."),
    ),
    # Requests to one mentor or to a theme.
    errors.MentorAway: (
        mark("This mentor is away until %(until)s. Ask the theme’s mentors instead, or come back then."),
        mark("This mentor is taking a break for now. Ask the theme’s mentors instead."),
    ),
    errors.AskedAlready: (mark("You have already asked for this, and the answer is on its way. See where it stands."),),
    errors.RequestOver: (mark("There is nothing left to answer here. The page shows where things stand."),),
    errors.AskedBackAlready: (mark("You have asked your question already. Say yes or no whenever you like."),),
    errors.RepliedAlready: (mark("You have already answered this question. The page shows what you wrote."),),
    errors.TimeGone: (mark("This time is no longer held. Choose another one, or propose others."),),
    # What administrators do.
    errors.LastAdministrator: (mark("Someone has to run the network. Make another member an administrator first."),),
    errors.NotYourOffice: (
        mark("Your role does not include this. An administrator of the network can do it, or give you more."),
    ),
    errors.KeyTaken: (mark("Another member has this key. Look at both: they may be the same person."),),
    errors.MergeRefused: (mark("These two cannot become one member."),),
    errors.NobodyConcerned: (mark("Nothing would change for anybody here. Choose another filter, or another action."),),
    errors.BulkUnderWay: (
        mark("This cannot be undone now: it is still under way, was undone already, or is more than 30 days ago."),
    ),
    errors.CameAlready: (mark("They have signed in by now, and need no invitation. Write to them yourself."),),
    errors.NobodyChosen: (mark("Nobody is selected yet. Tick the people you want to write to, then continue."),),
    errors.TooLateToUndo: (mark("This email has already been sent and cannot be recalled."),),
    errors.CaseClosed: (mark("This case is closed. The page shows what was decided."),),
    errors.TermsInForce: (
        mark(
            "This version is in force by now, so it cannot be withdrawn. Announce a next version that says otherwise."
        ),
    ),
    errors.ThemeExists: (
        mark("There is already a theme called “%(theme)s”, perhaps a retired one. Choose another name."),
        mark("This theme already exists, perhaps as a retired one. Choose another name."),
    ),
    errors.TooManyThemes: (
        mark(
            "This would be theme number %(count)s. The more themes there are, the more are left without mentors. "
            "Confirm if you are sure."
        ),
        mark(
            "That would be a lot of themes. The more there are, the more are left without mentors. Confirm if you are "
            "sure."
        ),
    ),
}

BY_RULE = {
    "mentor_day": mark("This mentor has given all their hours for that day. Choose another day."),
    "mentor_week": mark("This mentor has given all their hours for that week. Choose another week."),
    "mentor_month": mark("This mentor has given all their hours for that month. Choose another month."),
    "mentee_week": mark("You already have all the hours the network allows in one week. Choose another week."),
    "mentee_open": mark("You already have two requests in progress. Wait for an answer, or withdraw one first."),
    "mentor_pending": mark(
        "Enough hours are already waiting for this mentor’s answer. Leave the time to them, or ask the theme’s mentors."
    ),
}

EMPTY = {
    "date": mark("Choose a day for “%(label)s”."),
    "times": mark("Give a day and a time for “%(label)s”, at least once."),
    "clock": mark("Give a time for “%(label)s”, such as 18:30."),
    "choice": mark("Choose one of the answers to “%(label)s”."),
    "number": mark("Write a number for “%(label)s”."),
    "address": mark("Write an address for “%(label)s”."),
    "file": mark("Choose a file for “%(label)s”."),
    "line": mark("Fill in “%(label)s”."),
}
"""Of a field that is empty, by what it is filled with; of a choice that was left open, too."""

BY_REASON = {
    "administers": mark("One of the two administers the network. Take that role away first."),
    "one_suspended": mark("One of the two is suspended, the other is not. Reinstate the one, or suspend both."),
    "have_met": mark("The two have agreed to an hour or asked each other for one: they are two people."),
    "same_time": mark("Both are taken at the same time. Cancel one of these hours first."),
    "early": mark("The room is not open yet. The page for your hour says when it opens."),
    "late": mark("The room is closed: this hour is over. Say thank you, and book the next one when you need it."),
    "cancelled": mark(
        "This hour was cancelled, so its room is closed. Its page says why, and how to find another one."
    ),
    "opted_out": mark(
        "This number has replied STOP, so nothing is sent to it. Send START from it first, or use another one."
    ),
    "bad_number": mark("The phone network cannot reach this number. Check it, or use another one."),
    "replaced": mark("You joined from another window, and the call continues there. Join again to come back here."),
}
