import type { GrantRecord } from '../../src/ledger/records.ts';
import { bindingOf } from '../../src/remediation/change.ts';
import { type AllowlistVersion, allowsByRule } from './allowlist-version.ts';
import type { Cloud } from './cloud.ts';
import type { PlannedCaller } from './draw-messages.ts';
import { type Deed, deedKey, endOf, type Held, heldIn, isSameHeld } from './held.ts';
import { MINUTE, PROJECTS, SKEW_MILLISECONDS } from './plan.ts';

/** Every grant is on record and told, every allowed caller has one, and what became of it is what the record says. */
export function judgeGrants(grants: readonly GrantRecord[], cloud: Cloud, complain: (text: string) => void): void {
  judgeRecords(grants, cloud, complain);
  for (const caller of cloud.plan.callers) judgeExactlyOnce(caller, cloud, complain);
  for (const grant of grants) judgeState(grant, cloud, complain);
  for (const project of PROJECTS) judgeLeftovers(project, cloud, complain);
}

// What was given is on record, and was told as given: never as there already.
function judgeRecords(grants: readonly GrantRecord[], cloud: Cloud, complain: (text: string) => void): void {
  for (const addition of cloud.additions) {
    if (isLate(addition, cloud)) continue;
    // What somebody removed before it was looked for, nobody knows of any more.
    if (cloud.byOthers.some(({ kind, ...deed }) => kind === 'removed' && isSameHeld(deed, addition))) continue;
    const what = `the grant of ${addition.role} to ${addition.member} on ${addition.project} (${addition.condition?.title ?? 'for good'})`;
    if (!grants.some((grant) => isSameHeld(heldBy(grant), addition))) complain(`${what} is not on record`);
    const isTold = cloud.arrivals.some(
      ({ report: { change, outcome } }) =>
        outcome.kind === 'applied' &&
        change !== null &&
        isSameHeld({ ...bindingOf(change), project: change.project }, addition),
    );
    if (!isTold) complain(`${what} was never told as applied`);
  }
}

// A process that stands still for minutes just before its write is sent can be kept from it by nobody; by then the others
// have taken the write for lost. All else about such a grant is judged like that of any other.
function isLate(addition: Deed, { watch }: Cloud): boolean {
  return addition.at - (watch.marked.get(deedKey(addition)) ?? 0) > LOST_MILLISECONDS;
}

/** A write is taken for lost after seven minutes, as two wrong clocks tell them. */
const LOST_MILLISECONDS = 7 * MINUTE - SKEW_MILLISECONDS;

// Where nothing interferes, each allowed caller is granted: once, or once for each time that it lasts.
function judgeExactlyOnce({ project, member }: PlannedCaller, cloud: Cloud, complain: (text: string) => void): void {
  const { plan, additions, byOthers, takenBack } = cloud;
  const isIt = (held: Held & { readonly project: string }) => held.project === project && held.member === member;
  const own = additions.filter(isIt);
  const isRemoved = takenBack.some(isIt) || byOthers.some((deed) => deed.kind === 'removed' && isIt(deed));
  const isForGood = [plan.first, ...plan.changes.map(({ version }) => version)].every(
    ({ lastsMinutes, role }) => lastsMinutes === null && role === plan.first.role,
  );
  const hasLookAlike = byOthers.some((deed) => isIt(deed) && deed.condition !== null);
  if (isForGood && !isRemoved && !hasLookAlike && own.length > 1)
    complain(`${member} was granted ${own.length} times on ${project}`);
  const isInterfered = isRemoved || plan.changes.length > 0 || plan.first.grantsPerHour !== null || byOthers.some(isIt);
  if (!isInterfered && allowsByRule(plan.first, project, member) && own.length === 0 && isDelivered(member, cloud))
    complain(`${member} is allowed and was not granted on ${project}`);
}

// Neither given up by Pub/Sub, nor blocked by a perimeter, whose record is in the log of another project.
function isDelivered(member: string, { plan, deadLetters }: Cloud): boolean {
  const own = plan.messages.filter(({ entry }) => JSON.stringify(entry).includes(`"${member}"`));
  return own.every(({ entry }) => !deadLetters.has(entry) && !JSON.stringify(entry).includes('VpcServiceControl'));
}

function judgeState(grant: GrantRecord, cloud: Cloud, complain: (text: string) => void): void {
  const it = heldBy(grant);
  const what = `the grant ${grant.id} of ${it.role} to ${it.member} on ${it.project} (${it.condition?.title ?? 'for good'})`;
  const policy = cloud.state.policy(`projects/${it.project}`);
  const isThere =
    policy !== null && [...heldIn(policy).values()].some((held) => isSameHeld({ ...held, project: it.project }, it));
  const isRemoved = cloud.byOthers.some((deed) => deed.kind === 'removed' && isSameHeld(deed, it));
  const isTakenBack = cloud.takenBack.some((deed) => isSameHeld(deed, it));
  switch (grant.state) {
    case 'active':
    case 'did-not-help':
      if (!isThere && !isRemoved) complain(`${what} is on record as ${grant.state}, and not in the policy`);
      break;
    case 'gone':
      if (!isRemoved) complain(`${what} is on record as gone, and nobody removed it`);
      break;
    case 'undone':
      if (!isTakenBack) complain(`${what} is on record as taken back, and nobody asked for it`);
      break;
    case 'ended':
      if ((endOf(it) ?? Number.POSITIVE_INFINITY) > cloud.scheduler.now())
        complain(`${what} is on record as ended, and is not over`);
      break;
  }
}

function judgeLeftovers(project: string, cloud: Cloud, complain: (text: string) => void): void {
  const policy = cloud.state.policy(`projects/${project}`);
  if (policy === null || !mayRemove(cloud.allowlist)) return;
  for (const held of heldIn(policy).values()) {
    const it = { ...held, project };
    const isOver = (endOf(held) ?? Number.POSITIVE_INFINITY) < cloud.scheduler.now() - 90 * MINUTE;
    if (isOver && cloud.additions.some((addition) => isSameHeld(addition, it) && !isLate(addition, cloud)))
      complain(`the expired grant of ${held.member} on ${project} was not removed`);
  }
}

function mayRemove({ mode }: AllowlistVersion): boolean {
  return mode === 'apply';
}

function heldBy({ change }: GrantRecord): Held & { readonly project: string } {
  return { ...bindingOf(change), project: change.project };
}
