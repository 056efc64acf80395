interface Pending {
  readonly at: number;
  readonly run: () => void;
}

/** What is to happen, in the order of time, and the time that it is. */
export interface EventQueue {
  /** Milliseconds since the epoch. */
  now(): number;
  /** What is due in the same moment happens in the order in which it was added. */
  add(milliseconds: number, run: () => void): void;
  /** Takes what happens next, and makes it that time; null when nothing is due until then. */
  next(until: number): (() => void) | null;
  passTo(time: number): void;
}

/** Opens a queue in which nothing waits yet. */
export function openEventQueue(start: number): EventQueue {
  const pending: Pending[] = [];
  let now = start;
  return {
    now: () => now,
    add: (milliseconds, run) => {
      const item = { at: now + milliseconds, run };
      const at = pending.findLastIndex((other) => other.at <= item.at);
      pending.splice(at + 1, 0, item);
    },
    next: (until) => {
      const [next] = pending;
      if (next === undefined || next.at > until) return null;
      pending.shift();
      now = Math.max(now, next.at);
      return next.run;
    },
    passTo: (time) => {
      if (Number.isFinite(time)) now = Math.max(now, time);
    },
  };
}
