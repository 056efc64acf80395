/**
 * A number by which an entry is known again, of its identity (`logName`, `timestamp`, `insertId`). Only entries of the
 * same millisecond are compared by it, so 53 bits are plenty (cyrb53, public domain).
 */
export function entryMark(entryId: string): number {
  let one = 0xdeadbeef;
  let other = 0x41c6ce57;
  for (let place = 0; place < entryId.length; place += 1) {
    const unit = entryId.charCodeAt(place);
    one = Math.imul(one ^ unit, 0x9e3779b1);
    other = Math.imul(other ^ unit, 0x5f356495);
  }
  one = Math.imul(one ^ (one >>> 16), 0x85ebca6b) ^ Math.imul(other ^ (other >>> 13), 0xc2b2ae35);
  other = Math.imul(other ^ (other >>> 16), 0x85ebca6b) ^ Math.imul(one ^ (one >>> 13), 0xc2b2ae35);
  return 0x1_0000_0000 * (0x1f_ffff & other) + (one >>> 0);
}
