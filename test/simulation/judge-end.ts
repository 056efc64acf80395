import { readDenial } from '../../src/denial/read-denial.ts';
import { isExpiredGrant } from '../../src/iam/grant-expiry.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';
import { createLedger } from '../../src/ledger/create-ledger.ts';
import { incidentIdOf } from '../../src/ledger/incident-id.ts';
import type { GrantRecord } from '../../src/ledger/records.ts';
import type { Addition, Cloud } from './cloud.ts';
import { heldIn, SKEW_MILLISECONDS } from './judge-write.ts';
import { MINUTE, type PlannedMessage } from './plan.ts';

/** Looks at what a run has left: everybody told, everything on record, nothing half-done. */
export async function judgeEnd(cloud: Cloud): Promise<void> {
  const complain = (text: string) => void cloud.violations.push(text);
  const ledger = createLedger({
    store: cloud.store,
    now: () => cloud.scheduler.now(),
    backOff: async () => {},
    newToken: () => 'judge',
    leaseSeconds: 180,
  });
  const everything = { by: 'newest', from: 0, until: Number.MAX_SAFE_INTEGER, limit: 100_000 } as const;
  const grants = await ledger.grants.list(everything);
  const added = cloud.additions;
  for (const { facts, work } of await ledger.incidents(everything))
    if (work !== null) complain(`incident ${facts.id} is left half-done (${work.task})`);
  judgeReports(cloud, complain);
  judgeRecords(added, grants, cloud, complain);
  judgeBudgets(added, cloud, complain);
  judgeExactlyOnce(added, cloud, complain);
  judgeLeftovers(grants, cloud, complain);
}

// Every incident is told on every channel; a second arrival of a report is the same report again, and only after a fault.
function judgeReports(cloud: Cloud, complain: (text: string) => void): void {
  const told = (channel: string) =>
    new Set(cloud.arrivals.filter((arrival) => arrival.channel === channel).map(({ report }) => report.id));
  const [logging, pubsub] = [told('cloud-logging'), told('pubsub')];
  for (const id of [...logging, ...pubsub])
    if (!logging.has(id) || !pubsub.has(id)) complain(`report ${id} is not with every channel`);
  const incidents = new Set(cloud.arrivals.map(({ report }) => report.incident.id));
  for (const id of incidentsOf(cloud)) if (!incidents.has(id)) complain(`incident ${id} was never reported`);
  const byId = Map.groupBy(cloud.arrivals, ({ channel, report }) => `${channel} ${report.id}`);
  for (const [key, arrivals] of byId) {
    if (cloud.plan.mishaps.fails + cloud.plan.mishaps.killed === 0 && arrivals.length > 1)
      complain(`${key} arrived ${arrivals.length} times although nothing went wrong`);
    if (new Set(arrivals.map(({ report }) => JSON.stringify(report))).size > 1)
      complain(`${key} arrived with different contents`);
  }
}

function incidentsOf({ plan }: Cloud): ReadonlySet<string> {
  return new Set(
    plan.messages.map(({ entry }) => {
      const read = readEntryValue(entry);
      const denial = read.kind === 'entry' ? readDenial(read.entry, '2026-11-24T02:00:00Z') : null;
      if (denial?.kind !== 'denial') throw new Error('a planned message is no denial');
      return incidentIdOf(denial.denial);
    }),
  );
}

// What was given is on record, and was told as given: never as there already.
function judgeRecords(
  added: readonly Addition[],
  grants: readonly GrantRecord[],
  cloud: Cloud,
  complain: (text: string) => void,
): void {
  for (const { project, member, condition } of added) {
    const isIt = (change: GrantRecord['change'] | null) =>
      change !== null &&
      change.project === project &&
      change.member === member &&
      (change.condition?.title ?? '') === (condition?.title ?? '');
    if (!grants.some(({ change }) => isIt(change))) complain(`the grant to ${member} on ${project} is not on record`);
    const isTold = cloud.arrivals.some(({ report }) => report.outcome.kind === 'applied' && isIt(report.change));
    if (!isTold) complain(`the grant to ${member} on ${project} was never told as applied`);
  }
  for (const { report } of cloud.arrivals)
    if (report.outcome.kind === 'already-granted') complain(`${report.change?.member} is told as granted already`);
}

function judgeBudgets(added: readonly Addition[], { plan }: Cloud, complain: (text: string) => void): void {
  const most = plan.first.grantsPerHour;
  if (most === null) return;
  // A try that goes on after a crash cannot know that somebody took its binding away meanwhile: it is one grant.
  const grants = [
    ...new Map(
      added.map((addition) => [`${addition.project} ${addition.member} ${addition.condition?.title}`, addition]),
    ).values(),
  ];
  for (const { at } of grants) {
    const within = grants.filter((other) => other.at >= at && other.at - at < 60 * MINUTE - SKEW_MILLISECONDS);
    if (within.length > most) complain(`${within.length} grants within an hour, and ${most} are the most`);
  }
}

// Where nothing interferes, each allowed caller is granted: once, or once for each time that it lasts.
function judgeExactlyOnce(added: readonly Addition[], cloud: Cloud, complain: (text: string) => void): void {
  const { plan } = cloud;
  const callers = Map.groupBy(plan.messages, ({ entry }) => callerOf(entry));
  for (const caller of callers.keys()) {
    const [project = '', member = ''] = caller.split(' ');
    const own = added.filter((addition) => addition.project === project && addition.member === member);
    const isInterfered =
      plan.changes.length > 0 ||
      plan.first.grantsPerHour !== null ||
      plan.undos > 0 ||
      plan.meddling.some(({ how }) => how === 'removes-ours') ||
      isBlocked(member, plan.messages);
    const isRemoved = plan.undos > 0 || plan.meddling.some(({ how }) => how === 'removes-ours');
    if (plan.lastsMinutes === null && !isRemoved && own.length > 1)
      complain(`${caller} was granted ${own.length} times`);
    if (!isInterfered && plan.first.allows(project, member) && own.length === 0)
      complain(`${caller} is allowed and was not granted`);
  }
}

// A perimeter's record is in the log of another project.
function isBlocked(member: string, messages: readonly PlannedMessage[]): boolean {
  return messages.some(({ entry }) => {
    const text = JSON.stringify(entry);
    return text.includes('VpcServiceControl') && text.includes(member);
  });
}

function callerOf(entry: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(entry);
  const project = /"logName":"projects\/([^/]+)\//.exec(text)?.[1] ?? '';
  const member = /"principalSubject":"([^"]+)"/.exec(text)?.[1] ?? '';
  return `${project} ${member}`;
}

function judgeLeftovers(grants: readonly GrantRecord[], cloud: Cloud, complain: (text: string) => void): void {
  const now = cloud.scheduler.now();
  for (const project of ['acme-ml', 'acme-vision', 'acme-pay']) {
    const policy = cloud.state.policy(`projects/${project}`);
    const held = policy === null ? [] : [...heldIn(policy).values()];
    for (const { member, condition } of held) {
      const isOver = isExpiredGrant(condition, now - 30 * MINUTE);
      if (isOver && cloud.allowlist.allows('acme-ml', 'serviceAccount:w0@acme-ml.iam.gserviceaccount.com'))
        complain(`the expired grant of ${member} on ${project} was not removed`);
    }
    const isThere = (grant: GrantRecord) =>
      held.some(
        ({ member, condition }) =>
          member === grant.change.member && (condition?.title ?? '') === (grant.change.condition?.title ?? ''),
      );
    const isMeddled = cloud.plan.meddling.some(({ how }) => how === 'removes-ours');
    for (const grant of grants.filter(({ change, state }) => change.project === project && state === 'active'))
      if (!isMeddled && !isThere(grant))
        complain(`the grant ${grant.id} is on record as active, and not in the policy`);
  }
}
