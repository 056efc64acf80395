/** How long something has lasted, in its largest unit: `3 days`. `since` is RFC 3339, `now` milliseconds. */
export function lasting(since: string, now: number): string {
  const minutes = Math.max(0, Math.floor((now - Date.parse(since)) / 60_000));
  if (minutes < 1) return 'less than a minute';
  if (minutes < 120) return plural(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? plural(hours, 'hour') : plural(Math.floor(hours / 24), 'day');
}

/** How long a grant would last, by the milliseconds of its proposal. */
export function lengthOf(lastsMilliseconds: number | null): string {
  if (lastsMilliseconds === null) return 'until it is taken back';
  const hours = lastsMilliseconds / 3_600_000;
  if (hours < 2) return `${plural(Math.round(hours * 60), 'minute')} from the approval on`;
  const length = hours % 24 === 0 && hours >= 48 ? plural(hours / 24, 'day') : plural(Math.round(hours), 'hour');
  return `${length} from the approval on`;
}

/** A number with its unit: `1 call`, `1,200 calls`. */
export function plural(count: number, unit: string): string {
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

/** A clause as a sentence. A name that it begins with, such as an address, stays as it is written. */
export function sentence(text: string): string {
  const [first = ''] = text.split(' ', 1);
  const begun = /^[a-z]+$/.test(first) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text;
  return /[.”!?]$/.test(begun) ? begun : `${begun}.`;
}
