// The server's clock, and what it means for this door. Instants are milliseconds since 1970.

const MINUTE = 60_000;
const WARNINGS = [10, 5, 1];
const SLACK = 500; // a device's clock may run a little fast: who is let in by the page must be let in by the server

export class Hours {
  constructor({ now, opens, starts, ends, closes }) {
    this.ahead = Date.parse(now) - Date.now(); // how far the server's clock is ahead of this device's
    this.opens = Date.parse(opens);
    this.starts = Date.parse(starts);
    this.ends = Date.parse(ends);
    this.closes = Date.parse(closes);
    this.looked = this.ends - this.now(); // what was left of the hour at the last look for a warning
  }

  now() {
    return Date.now() + this.ahead;
  }

  hasBegun() {
    return this.now() >= this.starts;
  }

  untilOpening() {
    return this.opens + SLACK - this.now();
  }

  // [name of the sentence, minutes] when the hour has just come down to 10, 5 or 1 minutes, or to its end; else null.
  warning() {
    const [before, left] = [this.looked, this.ends - this.now()];
    this.looked = left;
    const crossed = (minutes) => before > minutes * MINUTE && left <= minutes * MINUTE;
    if (crossed(0)) return ["hour-over", 0];
    const minutes = WARNINGS.findLast(crossed);
    return minutes ? ["warning", minutes] : null;
  }

  isNear() {
    const left = this.ends - this.now();
    return left <= WARNINGS[0] * MINUTE;
  }

  // [name of the sentence, minutes]: before the hour, in it, after it.
  left() {
    const now = this.now();
    if (now < this.starts) return ["starts-in", Math.ceil((this.starts - now) / MINUTE)];
    if (now < this.ends) return ["left-minutes", Math.ceil((this.ends - now) / MINUTE)];
    return ["closes-in", Math.max(0, Math.ceil((this.closes - now) / MINUTE))];
  }
}

// `2 d 4 h`, `4 h 05 min`, `5:09`.
export function countdown(milliseconds, { day, hour, minute }) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [days, hours, minutes] = [Math.floor(seconds / 86400), Math.floor((seconds % 86400) / 3600), Math.floor((seconds % 3600) / 60)];
  if (days) return `${days} ${day} ${hours} ${hour}`;
  if (hours) return `${hours} ${hour} ${String(minutes).padStart(2, "0")} ${minute}`;
  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
}
