import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { workloadEmail } from './allowlist-version.ts';
import { MINUTE, PROJECTS, START } from './plan.ts';
import type { Random } from './random.ts';

const SECOND = 1_000;

/** One message and when it is published. */
export interface PlannedMessage {
  readonly at: number;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly copies: number;
  /** How often it is delivered before it goes to the dead-letter topic; null for as often as it takes. */
  readonly attempts: number | null;
}

/** Somebody who is refused. */
export interface PlannedCaller {
  readonly project: string;
  readonly member: string;
  readonly identity: Readonly<Record<string, unknown>>;
  readonly isBlocked: boolean;
  /** E-mail addresses of those who make its calls, and may not approve what it asks for. */
  readonly behind: readonly string[];
}

/** Draws who is refused. */
export function drawCallers(random: Random): readonly PlannedCaller[] {
  return Array.from({ length: 2 + random.below(6) }, (_, index) => drawCaller(random, index));
}

/** Draws what they are refused, and how their messages come. */
export function drawMessages(
  random: Random,
  callers: readonly PlannedCaller[],
  isCalm: boolean,
): readonly PlannedMessage[] {
  return callers.flatMap((caller, index) => {
    const count = random.chance(0.2) ? 12 + random.below(20) : 1 + random.below(5);
    const from = START + random.below(10 * MINUTE);
    const span = random.pick([2 * SECOND, 5 * MINUTE, 35 * MINUTE]);
    const attempts = !isCalm && random.chance(0.1) ? 3 + random.below(4) : null;
    return Array.from({ length: count }, (_, call) => ({
      ...drawMessage(random, caller, `m${index}-${call}`, from + random.below(span), isCalm),
      attempts,
    }));
  });
}

function drawCaller(random: Random, index: number): PlannedCaller {
  const project = random.pick(PROJECTS);
  const isBlocked = random.chance(0.1);
  if (random.chance(0.7)) {
    const email = workloadEmail(index);
    const behind = random.chance(0.3) ? [random.pick(['bob@example.com', 'user1@example.com'])] : [];
    const links = behind.map((principalEmail) => ({ firstPartyPrincipal: { principalEmail } }));
    const identity = { ...asServiceAccount(email), serviceAccountDelegationInfo: links };
    return { project, member: `serviceAccount:${email}`, identity, isBlocked, behind };
  }
  const email = `user${index}@${random.pick(['example.com', 'example.com', 'example.org'])}`;
  return { project, member: `user:${email}`, identity: asUser(email), isBlocked, behind: [email] };
}

function drawMessage(
  random: Random,
  { project, identity, isBlocked }: PlannedCaller,
  insertId: string,
  deniedAt: number,
  isCalm: boolean,
): Omit<PlannedMessage, 'attempts'> {
  const plain = deniedCall({ insertId, project, caller: identity });
  const entry = isBlocked && random.chance(0.5) ? perimeterBlock(insertId, identity, 'enforced') : plain;
  const timestamp = new Date(deniedAt).toISOString();
  return {
    at: deniedAt + random.below(isCalm ? SECOND : 90 * SECOND),
    entry: { ...entry, timestamp, receiveTimestamp: timestamp },
    copies: isCalm ? 1 : 1 + random.below(5),
  };
}
