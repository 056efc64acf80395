import type { StandInPerson } from '../stand-in-proxy.ts';

/** Whom one can be at the console of the demo. The allowlist of the demo names the approvers. */
export const demoPeople: readonly StandInPerson[] = [
  { email: 'ada@example.com', who: 'approves' },
  { email: 'bob@example.com', who: 'approves, too' },
  { email: 'olivia@example.com', who: 'approves, but nothing for accounts of acme-ml, which she owns' },
  { email: 'alice@example.com', who: 'waits for access, and approves nothing' },
];
