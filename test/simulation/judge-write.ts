import type { Policy } from '../../src/iam/policy.ts';
import { type AllowlistVersion, allowsApproval, allowsByRule } from './allowlist-version.ts';
import type { AskedApproval, Cloud } from './cloud.ts';
import { type Deed, deedKey, endOf, type Held, heldIn, isSameHeld } from './held.ts';
import { MINUTE, SKEW_MILLISECONDS } from './plan.ts';

/** A write as its process sent it. */
export interface SentWrite {
  readonly process: string;
  readonly askedAt: number;
  /** The allowlist that the process had read in the moment in which it sent the write; null when that was older. */
  readonly justRead: AllowlistVersion | null;
  /** Until when the process last stood still, in milliseconds since the epoch. */
  readonly stalledUntil: number;
  readonly reason: string;
}

/** Who had its role only until a time gets it for this long again, where the rule itself names no time. */
const RENEWAL_MINUTES = 12 * 60;

/** One denial is worked on in less than this, where its process does not stand still. */
const WORK_MILLISECONDS = 3 * MINUTE;

/** Looks at one write of Guestlist's own: what it added and took away has to be its to add and take away. */
export function judgeWrite(resource: string, before: Policy, after: Policy, sent: SentWrite, cloud: Cloud): void {
  const project = resource.replace('projects/', '');
  const complain = (text: string) => void cloud.violations.push(`${sent.process}, ${resource}: ${text}`);
  if (JSON.stringify(before.auditConfigs) !== JSON.stringify(after.auditConfigs)) complain('audit settings changed');
  const [had, has] = [heldIn(before), heldIn(after)];
  const at = cloud.scheduler.now();
  for (const [key, held] of had) if (!has.has(key)) judgeRemoval({ ...held, project, at }, sent, cloud, complain);
  for (const [key, held] of has) {
    if (had.has(key)) continue;
    const deed = { ...held, project, at };
    judgeAddition(deed, sent, cloud, complain);
    judgeOverlap(deed, [...had.values()], cloud, complain);
    cloud.additions.push(deed);
  }
}

// A write that was on its way when the allowlist changed cannot be called back.
function versionsFor({ justRead }: SentWrite, { allowlist }: Cloud): readonly AllowlistVersion[] {
  return justRead === null ? [allowlist] : [allowlist, justRead];
}

function judgeRemoval(deed: Deed, sent: SentWrite, cloud: Cloud, complain: (text: string) => void): void {
  const { role, member, condition, at } = deed;
  const what = `${role} of ${member} (${condition?.title ?? 'for good'})`;
  const isOurs = cloud.additions.some((addition) => isSameHeld(addition, deed));
  const isTakenBack = cloud.takenBack.some((taken) => isSameHeld(taken, deed));
  // What somebody else made while a write of ours for it may have been under way is on record as ours; only a person
  // takes that back.
  const isTakenForOurs = isTakenBack && cloud.watch.marked.has(deedKey(deed));
  if (!isOurs && !isTakenForOurs) complain(`removed ${what}, which somebody else made`);
  const end = endOf(deed);
  const isOver = end !== null && end <= at + SKEW_MILLISECONDS;
  if (isOurs && !isOver && !isTakenBack) complain(`removed ${what}, which was not over`);
  const mayRemove = versionsFor(sent, cloud).some(({ mode }) => mode === 'apply');
  if (sent.reason.startsWith('guestlist sweep') && !mayRemove) complain(`removed ${what} while it may not write`);
}

function judgeAddition(deed: Deed, sent: SentWrite, cloud: Cloud, complain: (text: string) => void): void {
  const { role, member, condition } = deed;
  const versions = versionsFor(sent, cloud);
  const isAllowed = versions.some((version) => isByRule(deed, version));
  const isApproved = versions.some((version) =>
    cloud.approvals.some((asked) => isBy(asked, deed, version, sent, cloud)),
  );
  const what = `${role} to ${member} (${condition?.title ?? 'for good'})`;
  if (!isAllowed && !isApproved) complain(`granted ${what}, and neither rule nor approval in force allows it`);
  if (sent.reason.startsWith('guestlist sweep')) complain(`granted ${what} by a sweep`);
  if (isApproved) return;
  for (const { grant, at } of cloud.watch.removed.values()) {
    const { change } = grant;
    const isSame = change.project === deed.project && change.role === role && change.member === member;
    if (isSame && at < sent.askedAt - WORK_MILLISECONDS && sent.stalledUntil < at)
      complain(`granted ${what} again, which is known to be taken away`);
  }
}

function isByRule(deed: Deed, version: AllowlistVersion): boolean {
  const { project, member, role } = deed;
  return allowsByRule(version, project, member) && role === version.role && isAsLong(deed, version.lastsMinutes);
}

// For as long as the rule says, from when it was decided; for a retry that was earlier.
function isAsLong(deed: Deed, lastsMinutes: number | null): boolean {
  const end = endOf(deed);
  if (end === null) return deed.condition === null && lastsMinutes === null;
  return end <= deed.at + (lastsMinutes ?? RENEWAL_MINUTES) * MINUTE + SKEW_MILLISECONDS;
}

// By whom it may be approved, of what was shown, when it was shown, and before anybody said no.
function isBy(
  { proposal, hash, person, at }: AskedApproval,
  deed: Deed,
  version: AllowlistVersion,
  { askedAt }: SentWrite,
  cloud: Cloud,
) {
  const { project, member, role } = deed;
  const caller = cloud.plan.callers.find((candidate) => candidate.project === project && candidate.member === member);
  const mayApprove = allowsApproval(version, project, person) && !(caller?.behind.includes(person) ?? false);
  const shown = cloud.watch.proposals.get(proposal.id) ?? [];
  const isDismissed = shown.some(
    ({ proposal: was, from }) => was.state === 'dismissed' && was.hash === hash && from < askedAt,
  );
  return (
    mayApprove &&
    !isDismissed &&
    shown.some(({ proposal: { hash: was, change, lastsMilliseconds }, until }) => {
      const isSame = change.project === project && change.member === member && change.role === role;
      const length = lastsMilliseconds === null ? null : lastsMilliseconds / MINUTE;
      const isAsLongAsShown = length === null ? deed.condition === null : isAsLong(deed, length);
      return was === hash && (until === null || until >= at) && isSame && isAsLongAsShown;
    })
  );
}

// Two grants of the same access at the same time would be one too many.
function judgeOverlap(deed: Deed, had: readonly Held[], cloud: Cloud, complain: (text: string) => void): void {
  const { project, role, member, at } = deed;
  const inForce = had.filter((held) => {
    if (held.role !== role || held.member !== member) return false;
    const end = endOf(held);
    const isOurs = cloud.additions.some((addition) => isSameHeld(addition, { ...held, project }));
    return held.condition === null || (isOurs && end !== null && end > at + SKEW_MILLISECONDS);
  });
  if (inForce.length > 0) complain(`granted ${role} to ${member} again while it was in force`);
}
