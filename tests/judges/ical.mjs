// Reads base64 calendars, one a line, with the ical.js whose file is named; answers each with one line of JSON.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));

const instant = (time) => time.toJSDate().toISOString();

for await (const line of createInterface({ input: process.stdin })) {
  const calendar = new ICAL.Component(ICAL.parse(Buffer.from(line, "base64").toString("utf8")));
  const events = calendar.getAllSubcomponents("vevent");
  if (events.length !== 1) throw new Error(`${events.length} events`);
  const event = new ICAL.Event(events[0]);
  console.log(JSON.stringify({
    method: calendar.getFirstPropertyValue("method"),
    uid: event.uid,
    sequence: event.sequence,
    status: events[0].getFirstPropertyValue("status"),
    starts_at: instant(event.startDate),
    ends_at: instant(event.endDate),
    stamped_at: instant(events[0].getFirstPropertyValue("dtstamp")),
    summary: event.summary ?? "",
    description: event.description ?? "",
    location: event.location ?? "",
    organizer: event.organizer,
    attendees: event.attendees.map((attendee) => attendee.getFirstValue()),
  }));
}
