// Reads base64 calendars, one a line, with the ical.js whose file is named, and answers each with the time it takes in
// the window: a JSON list of [start, end] in seconds, or null where ical.js cannot read it.
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { default: ICAL } = await import(pathToFileURL(process.argv[2]));
const [from, to] = [Number(process.argv[3]), Number(process.argv[4])];
const MOST = 20000;
const MOST_MILLISECONDS = 1000;

const seconds = (time) => time.toJSDate().getTime() / 1000;
const said = (event, name) => String(event.getFirstPropertyValue(name) ?? "").toUpperCase();
const isFree = (event) =>
  said(event, "status") === "CANCELLED" ||
  said(event, "transp") === "TRANSPARENT" ||
  (said(event, "x-microsoft-cdo-busystatus") === "FREE" && said(event, "transp") !== "OPAQUE");

function* series(component, changes) {
  const event = new ICAL.Event(component, { exceptions: changes });
  if (!event.isRecurring()) {
    if (!isFree(component)) yield [seconds(event.startDate), seconds(event.endDate)];
    return;
  }
  const iterator = event.iterator();
  const begun = Date.now();
  for (let number = 0, next; number < MOST && (next = iterator.next()); number++) {
    if (seconds(next) > to || Date.now() - begun > MOST_MILLISECONDS) return;
    const found = event.getOccurrenceDetails(next);
    if (!isFree(found.item.component)) yield [seconds(found.startDate), seconds(found.endDate)];
  }
}

function* busy(calendar) {
  const events = calendar.getAllSubcomponents("vevent");
  const changes = events.filter((event) => event.hasProperty("recurrence-id"));
  for (const event of events) {
    try {
      if (changes.includes(event)) {
        const alone = new ICAL.Event(event);
        if (!isFree(event)) yield [seconds(alone.startDate), seconds(alone.endDate)];
      } else {
        const uid = event.getFirstPropertyValue("uid");
        yield* series(event, changes.filter((change) => uid && change.getFirstPropertyValue("uid") === uid));
      }
    } catch { /* one event that it cannot read */ }
  }
  for (const told of calendar.getAllSubcomponents("vfreebusy").flatMap((each) => each.getAllProperties("freebusy"))) {
    if (String(told.getParameter("fbtype") ?? "").toUpperCase() === "FREE") continue;
    for (const period of told.getValues()) yield [seconds(period.start), seconds(period.getEnd())];
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  let found = null;
  try {
    const parsed = ICAL.parse(Buffer.from(line, "base64").toString("utf8"));
    const roots = typeof parsed[0] === "string" ? [parsed] : parsed;
    found = roots.flatMap((root) => [...busy(new ICAL.Component(root))])
      .filter(([start, end]) => start < to && end > from);
  } catch { /* it cannot read the file */ }
  console.log(JSON.stringify(found));
}
