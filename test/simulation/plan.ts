import { asServiceAccount, asUser, deniedCall, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import type { Random } from './random.ts';

export const START = Date.parse('2026-11-24T02:00:00Z');
export const MINUTE = 60_000;
const SECOND = 1_000;

/** One message and when it is published. */
export interface PlannedMessage {
  readonly at: number;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly copies: number;
}

/** One version of the allowlist, and whom it lets be granted what (told apart from the code under test). */
export interface AllowlistVersion {
  readonly text: string;
  readonly allows: (project: string, member: string) => boolean;
  readonly grantsPerHour: number | null;
}

/** Everything about a run that is decided before it begins. */
export interface Plan {
  readonly messages: readonly PlannedMessage[];
  readonly first: AllowlistVersion;
  /** What the allowlist becomes, and when. */
  readonly changes: readonly { readonly at: number; readonly version: AllowlistVersion }[];
  readonly instances: number;
  readonly mishaps: Mishaps;
  readonly meddling: readonly { readonly at: number; readonly project: string; readonly how: Meddling }[];
  readonly lastsMinutes: number | null;
  readonly approvals: number;
  readonly undos: number;
}

/** How likely it is that something goes wrong around one effect. */
export interface Mishaps {
  readonly fails: number;
  readonly killed: number;
}

/** What somebody else does to a policy meanwhile. */
export type Meddling = 'adds' | 'adds-conditional' | 'removes-own' | 'removes-ours' | 'adds-expired-look-alike';

export const PROJECTS = ['acme-ml', 'acme-vision', 'acme-pay'] as const;

/** Draws a run from a seed. */
export function drawPlan(random: Random): Plan {
  const isCalm = random.chance(0.15);
  const grantsPerHour = random.chance(0.3) ? 1 + random.below(4) : null;
  const lastsMinutes = random.chance(0.4) ? 15 : null;
  const messages = drawMessages(random, isCalm);
  return {
    messages,
    first: versionOf('apply', grantsPerHour, lastsMinutes),
    changes: random.chance(0.3) ? drawChanges(random, random.pick(messages).at, grantsPerHour, lastsMinutes) : [],
    instances: 1 + random.below(4),
    mishaps: isCalm
      ? { fails: 0, killed: 0 }
      : { fails: random.pick([0, 0.02, 0.1]), killed: random.pick([0, 0.003, 0.02]) },
    meddling: Array.from({ length: random.below(8) }, () => ({
      at: START + random.below(40 * MINUTE),
      project: random.pick(PROJECTS),
      how: random.pick(MEDDLINGS),
    })),
    lastsMinutes,
    approvals: random.below(3),
    undos: random.chance(0.2) ? 1 : 0,
  };
}

const MEDDLINGS: readonly Meddling[] = [
  'adds',
  'adds-conditional',
  'removes-own',
  'removes-ours',
  'adds-expired-look-alike',
];

function drawMessages(random: Random, isCalm: boolean): readonly PlannedMessage[] {
  const callers = Array.from({ length: 2 + random.below(6) }, (_, index) => drawCaller(random, index));
  return callers.flatMap((caller, index) => {
    const count = random.chance(0.2) ? 12 + random.below(20) : 1 + random.below(5);
    const from = START + random.below(10 * MINUTE);
    const span = random.pick([2 * SECOND, 5 * MINUTE, 35 * MINUTE]);
    return Array.from({ length: count }, (_, call) =>
      drawMessage(random, caller, `m${index}-${call}`, from + random.below(span), isCalm),
    );
  });
}

type Caller = {
  readonly project: string;
  readonly identity: Readonly<Record<string, unknown>>;
  readonly isBlocked: boolean;
};

function drawCaller(random: Random, index: number): Caller {
  const identity = random.chance(0.75)
    ? asServiceAccount(`w${index}@acme-ml.iam.gserviceaccount.com`)
    : asUser(`user${index}@${random.pick(['example.com', 'example.org'])}`);
  return { project: random.pick(PROJECTS), identity, isBlocked: random.chance(0.1) };
}

function drawMessage(
  random: Random,
  { project, identity, isBlocked }: Caller,
  insertId: string,
  deniedAt: number,
  isCalm: boolean,
): PlannedMessage {
  const plain = deniedCall({ insertId, project, caller: identity });
  const entry = isBlocked && random.chance(0.5) ? perimeterBlock(insertId, identity, 'enforced') : plain;
  const timestamp = new Date(deniedAt).toISOString();
  return {
    at: deniedAt + random.below(isCalm ? SECOND : 90 * SECOND),
    entry: { ...entry, timestamp, receiveTimestamp: timestamp },
    copies: isCalm ? 1 : 1 + random.below(5),
  };
}

// Most of all while a denial is being worked on: that is when it matters.
function drawChanges(
  random: Random,
  busyAt: number,
  grantsPerHour: number | null,
  lastsMinutes: number | null,
): Plan['changes'] {
  const at = busyAt + random.below(8 * SECOND);
  const next = random.pick<AllowlistVersion>([
    versionOf('propose', grantsPerHour, lastsMinutes),
    versionOf('off', grantsPerHour, lastsMinutes),
    { text: 'version: 1\nsurprise: true\n', allows: () => false, grantsPerHour: null },
    forbidding(grantsPerHour, lastsMinutes),
  ]);
  const back = { at: at + 5 * MINUTE, version: versionOf('apply', grantsPerHour, lastsMinutes) };
  return random.chance(0.5) ? [{ at, version: next }] : [{ at, version: next }, back];
}

function versionOf(mode: string, grantsPerHour: number | null, lastsMinutes: number | null): AllowlistVersion {
  const isAllowed = (project: string, member: string) =>
    mode === 'apply' &&
    project !== 'acme-pay' &&
    /^serviceAccount:w\d+@acme-ml\.iam\.gserviceaccount\.com$/.test(member);
  return { text: textOf(mode, grantsPerHour, lastsMinutes, ''), allows: isAllowed, grantsPerHour };
}

function forbidding(grantsPerHour: number | null, lastsMinutes: number | null): AllowlistVersion {
  const text = textOf('apply', grantsPerHour, lastsMinutes, FORBID_VISION);
  const open = versionOf('apply', grantsPerHour, lastsMinutes);
  return {
    text,
    allows: (project, member) => project !== 'acme-vision' && open.allows(project, member),
    grantsPerHour,
  };
}

const FORBID_VISION = '  - id: not-vision\n    effect: forbid\n    projects: [acme-vision]\n';

function textOf(mode: string, grantsPerHour: number | null, lastsMinutes: number | null, more: string): string {
  return `version: 1
organization: "123456789012"
domains: [example.com]
mode: ${mode}
approvers: ["user:ada@example.com"]
${grantsPerHour === null ? '' : `limits: { grantsPerHour: ${grantsPerHour} }\n`}rules:
  - id: workloads
    effect: allow
    principals: ["serviceAccount:w*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    crossProject: true
${lastsMinutes === null ? '' : `    expiresAfter: ${lastsMinutes}m\n`}  - id: payments
    effect: forbid
    projects: [folders/789]
${more}`;
}
