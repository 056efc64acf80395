import { known, notReadable } from '../../src/diagnosis/evidence.ts';
import type { Policy } from '../../src/iam/policy.ts';
import { StoreUnavailable } from '../../src/ledger/document-store.ts';
import { changePolicy } from '../../src/local/change-policy.ts';
import { LocalError } from '../../src/local/faults.ts';
import { policyAtVersion } from '../../src/local/policy-rules.ts';
import type { PolicyRead, PolicyWrite } from '../../src/remediation/apply-changes.ts';
import { PRINCIPAL_LIMIT } from '../../src/remediation/edit-policy.ts';
import type { SharingPorts } from '../../src/remediation/share-writes.ts';
import type { Cloud } from './cloud.ts';
import { judgeWrite, type SentWrite } from './judge-write.ts';
import { meddle } from './meddle.ts';
import type { Process } from './process.ts';

/** How long a write may be on its way that waits for somebody to look at the policy. */
const SOON_AFTER_LOOK_MILLISECONDS = 6_000;

/** A policy as evidence. What was on its way may land just after the look. */
export function lookAt(resource: string, cloud: Cloud) {
  for (const land of cloud.landings.splice(0))
    cloud.scheduler.after(cloud.random.below(SOON_AFTER_LOOK_MILLISECONDS), land);
  const policy = cloud.state.policy(resource);
  return policy === null ? notReadable('not in the world') : known(policyAtVersion(policy, 3));
}

/** Policies as a process reads and writes them. */
export function policyPorts(process: Process, cloud: Cloud): Pick<SharingPorts, 'readPolicy' | 'writePolicy'> {
  const { scheduler } = cloud;
  return {
    readPolicy: (project): Promise<PolicyRead> =>
      scheduler
        .effect(
          process,
          'iam read',
          () => read(project, cloud),
          () => new StoreUnavailable('UNAVAILABLE'),
        )
        .catch((): PolicyRead => ({ kind: 'unavailable', detail: 'UNAVAILABLE' })),
    writePolicy: (project, policy, reason): Promise<PolicyWrite> => {
      const askedAt = scheduler.now();
      const justRead = process.lastReadAt === askedAt ? process.lastRead : null;
      const sent = { process: process.name, askedAt, justRead, stalledUntil: process.stalledUntil, reason };
      return scheduler
        .effect(
          process,
          'iam write',
          () => write(`projects/${project}`, policy, sent, cloud),
          () => new StoreUnavailable('DEADLINE_EXCEEDED'),
        )
        .catch((): PolicyWrite => ({ kind: 'uncertain', detail: 'DEADLINE_EXCEEDED' }));
    },
  };
}

function read(project: string, cloud: Cloud): PolicyRead {
  const { random, scheduler } = cloud;
  const policy = cloud.state.policy(`projects/${project}`);
  // Somebody else writes between the read of a cycle and its write.
  if (cloud.isRough && random.chance(0.1)) {
    const how = random.pick(['adds', 'adds-conditional', 'edits-other-roles', 'makes-ours'] as const);
    const { member } = random.pick(cloud.plan.callers);
    scheduler.after(random.below(400), () => meddle(project, how, member, cloud));
  }
  return policy === null
    ? { kind: 'refused', detail: 'not in the world' }
    : { kind: 'read', policy: policyAtVersion(policy, 3) };
}

function write(resource: string, policy: Policy, sent: SentWrite, cloud: Cloud): PolicyWrite {
  if (cloud.isRough && cloud.random.chance(cloud.plan.mishaps.fails)) return { kind: 'conflict' };
  const before = cloud.state.policy(resource);
  const etag = cloud.plant === 'writes over other people' ? '' : policy.etag;
  const stored = changePolicy(resource, { ...policy, etag }, sent.reason, cloud.state);
  if (stored instanceof LocalError)
    return stored.code === 10 ? { kind: 'conflict' } : { kind: 'refused', detail: stored.message };
  if (before !== null) judgeWrite(resource, before, stored, sent, cloud);
  if (stored.bindings.flatMap(({ members }) => members).length > PRINCIPAL_LIMIT)
    cloud.violations.push(`${resource} holds more principals than a policy may`);
  return { kind: 'written', policy: stored };
}
