import { readDenial } from '../../src/denial/read-denial.ts';
import { readEntryValue } from '../../src/ingest/read-entry.ts';
import { incidentIdOf } from '../../src/ledger/incident-id.ts';
import { bindingOf } from '../../src/remediation/change.ts';
import type { Arrival, Cloud } from './cloud.ts';
import { deedKey, endOf, isSameHeld } from './held.ts';
import { SKEW_MILLISECONDS } from './plan.ts';

/** Every incident is told on every channel, each report is one report however often it arrives, and all of it is true. */
export function judgeReports(cloud: Cloud, complain: (text: string) => void): void {
  const told = (channel: string) =>
    new Set(cloud.arrivals.filter((arrival) => arrival.channel === channel).map(({ report }) => report.id));
  const [logging, pubsub] = [told('cloud-logging'), told('pubsub')];
  for (const id of [...logging, ...pubsub])
    if (!logging.has(id) || !pubsub.has(id)) complain(`report ${id} is not with every channel`);
  const incidents = new Set(cloud.arrivals.map(({ report }) => report.incident.id));
  for (const id of incidentsOf(cloud)) if (!incidents.has(id)) complain(`incident ${id} was never reported`);
  const byId = Map.groupBy(cloud.arrivals, ({ channel, report }) => `${channel} ${report.id}`);
  for (const [key, arrivals] of byId) {
    if (isCalm(cloud) && arrivals.length > 1)
      complain(`${key} arrived ${arrivals.length} times although nothing went wrong`);
    if (new Set(arrivals.map(({ report }) => JSON.stringify(report))).size > 1)
      complain(`${key} arrived with different contents`);
  }
  for (const arrival of cloud.arrivals) judgeTruth(arrival, cloud, complain);
}

function isCalm({ plan }: Cloud): boolean {
  const { fails, killed, stalls, lands } = plan.mishaps;
  return fails + killed + stalls + lands === 0;
}

// The other messages of an incident only count while one is worked on, so with that one it may never be told.
function incidentsOf({ plan, deadLetters }: Cloud): ReadonlySet<string> {
  const given = new Set([...deadLetters].map(incidentOf));
  return new Set(plan.messages.map(({ entry }) => incidentOf(entry)).filter((id) => !given.has(id)));
}

function incidentOf(entry: object): string {
  const read = readEntryValue(entry);
  const denial = read.kind === 'entry' ? readDenial(read.entry, '2026-11-24T02:00:00Z') : null;
  if (denial?.kind !== 'denial') throw new Error('a planned message is no denial');
  return incidentIdOf(denial.denial);
}

function judgeTruth({ report, news, at }: Arrival, cloud: Cloud, complain: (text: string) => void): void {
  const { change, outcome } = report;
  if (change === null) return;
  const it = { ...bindingOf(change), project: change.project };
  const what = `the grant of ${it.role} to ${it.member} on ${it.project} (${it.condition?.title ?? 'for good'})`;
  const isMade = cloud.additions.some((addition) => isSameHeld(addition, it));
  const byOthers = cloud.byOthers.filter((deed) => isSameHeld(deed, it));
  const end = endOf(it);
  if (news === 'gone' && !byOthers.some(({ kind }) => kind === 'removed'))
    complain(`${what} is told as gone, and nobody removed it`);
  if (news === 'undone' && !cloud.takenBack.some((deed) => isSameHeld(deed, it)))
    complain(`${what} is told as taken back, and nobody asked for it`);
  if (news === 'ended' && (end === null || end > at + SKEW_MILLISECONDS))
    complain(`${what} is told as ended, and its time is not over`);
  // Where somebody else makes the very binding of a write that may have been sent, nobody can tell whose it is.
  const isSomebodys = byOthers.some(({ kind }) => kind === 'made') && cloud.watch.marked.has(deedKey(it));
  if (outcome.kind === 'applied' && !isMade && !isSomebodys) complain(`${what} is told as made, and was not`);
  if (outcome.kind === 'already-granted' && !isGivenByOthers(it, cloud))
    complain(`${what} is told as granted already, and nobody else granted it`);
}

function isGivenByOthers({ project, role, member }: { project: string; role: string; member: string }, cloud: Cloud) {
  return cloud.byOthers.some(
    (deed) =>
      deed.kind === 'made' &&
      deed.condition === null &&
      deed.project === project &&
      deed.role === role &&
      deed.member === member,
  );
}
