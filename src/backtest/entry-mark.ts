/** A mark of which the start is made: many entries begin with the same name of a log. */
export interface BegunMark {
  readonly one: number;
  readonly other: number;
}

const NOTHING: BegunMark = { one: 0xdeadbeef, other: 0x41c6ce57 };

/**
 * A number by which an entry is known again, of its identity (`logName`, `timestamp`, `insertId`). Only entries of the
 * same millisecond are compared by it, so 53 bits are plenty (cyrb53, public domain).
 */
export function entryMark(entryId: string): number {
  return endMark(NOTHING, entryId);
}

/** Begins the mark of all identities that start with a text. */
export function beginMark(start: string): BegunMark {
  return mixed(NOTHING, start);
}

/** The mark of an identity by its begun mark and the rest of its text. */
export function endMark(begun: BegunMark, rest: string): number {
  let { one, other } = mixed(begun, rest);
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  other = Math.imul(other ^ (other >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return 0x1_0000_0000 * (0x1f_ffff & other) + (one >>> 0);
}

function mixed(begun: BegunMark, text: string): BegunMark {
  let { one, other } = begun;
  for (let place = 0; place < text.length; place += 1) {
    const unit = text.charCodeAt(place);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  return { one, other };
}
