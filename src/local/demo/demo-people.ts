import type { StandInPerson } from '../stand-in-proxy.ts';

/** Whom one can be at the console of the demo. The allowlist of the demo names the approvers. */
export const demoPeople: readonly StandInPerson[] = [
  { email: 'ada@example.com', who: 'approves' },
  { email: 'bob@example.com', who: 'approves, too' },
  { email: 'olivia@example.com', who: 'approves, and owns the project acme-ml' },
  { email: 'alice@example.com', who: 'waits for access, and approves nothing' },
];
