import { isExpiredGrant } from '../../src/iam/grant-expiry.ts';
import type { Condition, Policy } from '../../src/iam/policy.ts';
import type { Cloud } from './cloud.ts';
import type { AllowlistVersion } from './plan.ts';

/** A clock may be a minute wrong either way, so two of them two minutes apart. */
export const SKEW_MILLISECONDS = 120_000;

/** A write that was on its way when the allowlist changed cannot be called back. */
const ON_ITS_WAY_MILLISECONDS = 350;

interface Writer {
  readonly name: string;
  /** The allowlist that the process read last, and when. */
  readonly lastRead: AllowlistVersion;
  readonly lastReadAt: number;
}

/** One member with one role under one condition. */
export interface Held {
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
}

/** Looks at one write of Guestlist's own: what it added and took away has to be its to add and take away. */
export function judgeWrite(resource: string, before: Policy, after: Policy, writer: Writer, cloud: Cloud): void {
  const project = resource.replace('projects/', '');
  const complain = (text: string) => cloud.violations.push(`${writer.name}, ${resource}: ${text}`);
  if (JSON.stringify(before.auditConfigs) !== JSON.stringify(after.auditConfigs)) complain('audit settings changed');
  const [had, has] = [heldIn(before), heldIn(after)];
  for (const [key, held] of had) if (!has.has(key)) judgeRemoval(project, held, cloud, complain);
  for (const [key, held] of has)
    if (!had.has(key)) {
      cloud.additions.push({ ...held, project, at: cloud.scheduler.now() });
      judgeAddition(project, held, writer, cloud, complain);
      judgeOverlap(held, [...had.values()], cloud, complain);
    }
}

/** Everything that a policy gives, by a key of all its parts. */
export function heldIn({ bindings }: Policy): ReadonlyMap<string, Held> {
  return new Map(
    bindings.flatMap(({ role, members, condition }) =>
      members.map((member): [string, Held] => [JSON.stringify([role, member, condition]), { role, member, condition }]),
    ),
  );
}

function judgeRemoval(
  project: string,
  { role, member, condition }: Held,
  cloud: Cloud,
  complain: (text: string) => void,
) {
  if (isExpiredGrant(condition, cloud.scheduler.now() + SKEW_MILLISECONDS)) return;
  if (cloud.takenBack.has(`${project} ${member}`)) return;
  complain(`removed ${role} of ${member} (${condition?.title ?? 'for good'}), which was not over`);
}

function judgeAddition(
  project: string,
  { role, member, condition }: Held,
  { lastRead, lastReadAt }: Writer,
  cloud: Cloud,
  complain: (text: string) => void,
) {
  const isFresh = cloud.scheduler.now() - lastReadAt <= ON_ITS_WAY_MILLISECONDS;
  const inForce = isFresh ? [cloud.allowlist, lastRead] : [cloud.allowlist];
  const isAllowed = inForce.some(({ allows }) => allows(project, member));
  const isApproved = cloud.approved.has(`${project} ${member}`);
  if (role !== 'roles/aiplatform.user') complain(`granted ${role}`);
  if (!isAllowed && !isApproved) complain(`granted ${member} what no rule in force allows`);
  const isTimed = condition?.title.startsWith('guestlist_expires_') ?? false;
  if (!isApproved && isTimed !== (cloud.plan.lastsMinutes !== null))
    complain(`granted ${member} ${isTimed ? 'for a time' : 'for good'}, unlike the rule`);
}

// Two grants of the same access at the same time would be one too many.
function judgeOverlap({ role, member }: Held, had: readonly Held[], cloud: Cloud, complain: (text: string) => void) {
  const inForce = had.filter(
    (held) =>
      held.role === role &&
      held.member === member &&
      (held.condition === null ||
        (held.condition.title.startsWith('guestlist_expires_') &&
          !isExpiredGrant(held.condition, cloud.scheduler.now() + SKEW_MILLISECONDS))),
  );
  if (inForce.length > 0) complain(`granted ${member} again while the grant before was in force`);
}
