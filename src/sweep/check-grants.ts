import { mayBeOver } from '../iam/grant-expiry.ts';
import type { Policy } from '../iam/policy.ts';
import { UNDO_MILLISECONDS } from '../ledger/grant-book.ts';
import type { GrantRecord, GrantState } from '../ledger/records.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { bindingOf } from '../remediation/change.ts';
import { holdsExactly } from '../remediation/edit-policy.ts';
import type { IncidentFacts } from '../report/report.ts';
import { grantOf, type TurnOfGrant, tellTurn } from '../tell-turn.ts';
import { endGrants } from './end-grants.ts';
import { attempt, type SweepLimits } from './sweep-limits.ts';
import { isUseless } from './useless-grant.ts';

const HOUR_MILLISECONDS = 3_600_000;
const DAY_MILLISECONDS = 24 * HOUR_MILLISECONDS;

/** How often a grant is looked at daily; after that weekly. */
const DAILY_CHECKS = 7;

/** What a look at the grants came to. */
export interface GrantsChecked {
  readonly grantsChecked: number;
  readonly grantsEnded: number;
  readonly grantsFailed: number;
}

/** Looks at the grants that are due, project by project. What fails for one project does not keep the others. */
export async function checkGrants(pipeline: Pipeline, limits: SweepLimits): Promise<GrantsChecked> {
  const now = pipeline.now();
  const due = await pipeline.ledger.grants.list({ by: 'due', from: 0, until: now, limit: limits.grants });
  const projects = [...Map.groupBy(due, ({ change }) => change.project)].slice(0, limits.projects);
  const counts: GrantsChecked[] = [];
  for (const [project, grants] of projects) {
    const checked = await attempt(`projects/${project}`, pipeline, () => checkProject(project, grants, pipeline, now));
    if (checked !== null) counts.push(checked);
    else await attempt(`projects/${project}`, pipeline, () => postpone(grants, pipeline, now + HOUR_MILLISECONDS));
  }
  return {
    grantsChecked: sum(counts.map(({ grantsChecked }) => grantsChecked)),
    grantsEnded: sum(counts.map(({ grantsEnded }) => grantsEnded)),
    grantsFailed: sum(counts.map(({ grantsFailed }) => grantsFailed)),
  };
}

// What could not be finished must not come first again and again, before everything else.
async function postpone(grants: readonly GrantRecord[], pipeline: Pipeline, due: number): Promise<void> {
  for (const { id, checks } of grants) {
    const grant = await pipeline.ledger.grants.find(id);
    if (grant?.checks === checks) await lookAgain(grant, grant.state, pipeline, due);
  }
}

async function checkProject(
  project: string,
  grants: readonly GrantRecord[],
  pipeline: Pipeline,
  now: number,
): Promise<GrantsChecked> {
  const found = await pipeline.evidence.policies.readPolicy(`projects/${project}`);
  // What cannot be looked at is not taken for gone.
  if (found.kind !== 'known') {
    for (const grant of grants) await lookAgain(grant, grant.state, pipeline, now + DAY_MILLISECONDS);
    pipeline.events.write({ event: 'sweep-failed', what: `projects/${project}`, detail: found.detail });
    return { grantsChecked: 0, grantsEnded: 0, grantsFailed: 0 };
  }
  const over = grants.filter((grant) => isOver(grant, now));
  const isClean = await endGrants(project, over, found.value, pipeline, now);
  for (const grant of over)
    await (isClean || !isThere(found.value, grant)
      ? end(grant, pipeline)
      : lookAgain(grant, grant.state, pipeline, now + HOUR_MILLISECONDS));
  let grantsFailed = 0;
  for (const grant of grants.filter((candidate) => !over.includes(candidate)))
    grantsFailed += await checkGrant(grant, found.value, pipeline, now);
  return { grantsChecked: grants.length, grantsEnded: isClean ? over.length : 0, grantsFailed };
}

// It is over whether or not it can be told now.
async function end(grant: GrantRecord, pipeline: Pipeline): Promise<void> {
  const incident = await incidentOf(grant, pipeline);
  if (!(await tellTurn(grant, { turn: 'ended', by: null, due: null }, incident, pipeline)))
    await lookAgain(grant, 'ended', pipeline, null);
}

async function incidentOf({ incidentId, report }: GrantRecord, { ledger }: Pipeline): Promise<IncidentFacts> {
  return (await ledger.incident(incidentId)) ?? report.incident;
}

async function checkGrant(found: GrantRecord, policy: Policy, pipeline: Pipeline, now: number): Promise<number> {
  const grant = await withoutOldUndo(found, policy, pipeline, now);
  const incident = await incidentOf(grant, pipeline);
  const turn = turnOf(grant, policy, incident, now);
  if (turn === null) {
    await lookAgain(grant, grant.state, pipeline, nextCheck(grant, now));
    return 0;
  }
  if (!(await tellTurn(grant, turn, incident, pipeline)))
    await lookAgain(grant, grant.state, pipeline, now + HOUR_MILLISECONDS);
  return turn.turn === 'verified' ? 0 : 1;
}

// A write that nobody saw the end of may take its time, so only what is still there after that was not taken back.
async function withoutOldUndo(
  grant: GrantRecord,
  policy: Policy,
  { ledger }: Pipeline,
  now: number,
): Promise<GrantRecord> {
  const { id, undo } = grant;
  if (undo === null || !isThere(policy, grant) || now - Date.parse(undo.at) < UNDO_MILLISECONDS) return grant;
  await ledger.grants.forgetUndo(id, undo.at);
  return { ...grant, undo: null };
}

function turnOf(grant: GrantRecord, policy: Policy, incident: IncidentFacts, now: number): TurnOfGrant | null {
  if (!isThere(policy, grant)) return turnOfMissing(grant, now);
  if (grant.state !== 'active') return null;
  if (isUseless(grant, incident)) return { turn: 'did-not-help', by: null, due: nextCheck(grant, now) };
  return grant.checks === 0 ? { turn: 'verified', by: null, due: nextCheck(grant, now) } : null;
}

// By another clock its time may be over: then it was ended, and that is told when it is over by this one.
function turnOfMissing({ undo, change }: GrantRecord, now: number): TurnOfGrant | null {
  if (undo !== null) return { turn: 'undone', by: undo.by, due: null };
  return mayBeOver(change.expiresAt, now) ? null : { turn: 'gone', by: null, due: null };
}

function lookAgain(grant: GrantRecord, state: GrantState, { ledger }: Pipeline, due: number | null) {
  return ledger.grants.settle({ ...grantOf(grant), state, by: null, due });
}

function isThere(policy: Policy, { change }: GrantRecord): boolean {
  return holdsExactly(policy, bindingOf(change));
}

function isOver({ change }: GrantRecord, now: number): boolean {
  return change.expiresAt !== null && Date.parse(change.expiresAt) <= now;
}

function nextCheck({ checks }: GrantRecord, now: number): number {
  return now + (checks < DAILY_CHECKS ? 1 : 7) * DAY_MILLISECONDS;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
