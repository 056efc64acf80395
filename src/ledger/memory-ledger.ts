import type { Budget } from '../decision/budgets.ts';
import { memberKey } from '../iam/principal.ts';
import type { Intent } from '../remediation/intent.ts';
import type { IncidentFacts, Report } from '../report/report.ts';
import type { Claim, Claimed, Ledger, WriteProgress } from './ledger.ts';
import { isLookedAtAgain, isMilestone } from './quiet-period.ts';

/** A delivery that was claimed and neither finished nor released is taken over after this time. */
const LEASE_MILLISECONDS = 120_000;

/** How many entries and incidents are remembered; the oldest are forgotten first. */
const CAPACITY = 100_000;

interface EntryRecord {
  readonly incidentId: string;
  readonly state: 'claimed' | 'released' | 'done';
  readonly claimedAt: number;
  readonly intent: Intent | null;
  readonly progress: WriteProgress;
  readonly report: Report | null;
  readonly delivered: ReadonlySet<string>;
}

interface Spent {
  readonly entryId: string;
  readonly at: number;
}

interface Grant {
  readonly at: string;
  readonly expiresAt: string | null;
}

interface IncidentRecord {
  readonly facts: IncidentFacts;
  readonly report: Report | null;
  readonly reportedAt: number;
  /** When the entry that is being worked on was claimed; null when none is. */
  readonly claimedAt: number | null;
}

/** A ledger for one process: for the demo, the tests, and an installation that can bear to forget on restart. */
export function createMemoryLedger(): Ledger {
  const entries = new Map<string, EntryRecord>();
  const incidents = new Map<string, IncidentRecord>();
  const grants = new Map<string, Grant>();
  const spending = new Map<string, readonly Spent[]>();
  const update = (entryId: string, change: Partial<EntryRecord>): EntryRecord | null => {
    const record = entries.get(entryId);
    if (record === undefined) return null;
    const next = { ...record, ...change };
    entries.set(entryId, next);
    return next;
  };
  return {
    claim: async (claim) => claimEntry(claim, entries, incidents),
    saveIntent: async (entryId, intent) => void update(entryId, { intent }),
    reserveGrant: async (entryId, budgets, now) => reserve(spending, entryId, budgets, now),
    returnGrant: async (entryId) => {
      for (const [key, spent] of spending)
        spending.set(
          key,
          spent.filter((grant) => grant.entryId !== entryId),
        );
    },
    markWriting: async (entryId) => void update(entryId, { progress: 'write-sent' }),
    saveGrant: async (change, at) =>
      remember(grants, grantKey(change.project, change.role, change.member), { at, expiresAt: change.expiresAt }),
    saveReport: async (entryId, report) => void update(entryId, { report }),
    grantedAt: async (project, role, member, at) => {
      const grant = grants.get(grantKey(project, role, member));
      const isOver = grant?.expiresAt != null && Date.parse(grant.expiresAt) <= Date.parse(at);
      return grant === undefined || isOver ? null : grant.at;
    },
    markDelivered: async (entryId, channel) =>
      void update(entryId, { delivered: new Set([...(entries.get(entryId)?.delivered ?? []), channel]) }),
    finish: async (entryId, now) => finishEntry(update(entryId, { state: 'done', intent: null }), incidents, now),
    release: async (entryId) => {
      if (entries.get(entryId)?.state === 'claimed') update(entryId, { state: 'released' });
    },
  };
}

// What is older than the window of a budget no longer counts and is forgotten.
function reserve(
  spending: Map<string, readonly Spent[]>,
  entryId: string,
  budgets: readonly Budget[],
  now: number,
): string | null {
  const open = budgets.map((budget) => ({
    budget,
    spent: (spending.get(budget.key) ?? []).filter(
      (grant) => grant.entryId !== entryId && now - grant.at < budget.windowMilliseconds,
    ),
  }));
  const over = open.find(({ budget, spent }) => spent.length >= budget.most);
  if (over !== undefined) return over.budget.text;
  for (const { budget, spent } of open) spending.set(budget.key, [...spent, { entryId, at: now }]);
  return null;
}

function grantKey(project: string, role: string, member: string): string {
  return JSON.stringify([project, role, memberKey(member)]);
}

function claimEntry(claim: Claim, entries: Map<string, EntryRecord>, incidents: Map<string, IncidentRecord>): Claimed {
  const known = entries.get(claim.entryId);
  if (known === undefined) return claimNew(claim, entries, incidents);
  if (known.state === 'done') return { kind: 'done' };
  if (known.state === 'claimed' && claim.now - known.claimedAt < LEASE_MILLISECONDS) return { kind: 'in-progress' };
  entries.set(claim.entryId, { ...known, state: 'claimed', claimedAt: claim.now });
  if (known.report !== null) return { kind: 'resume-report', report: known.report, delivered: known.delivered };
  const incident = incidents.get(known.incidentId)?.facts ?? firstOf(claim);
  return known.intent === null
    ? { kind: 'new', incident }
    : { kind: 'resume-intent', incident, intent: known.intent, progress: known.progress };
}

function claimNew(claim: Claim, entries: Map<string, EntryRecord>, incidents: Map<string, IncidentRecord>): Claimed {
  const open = incidents.get(claim.incidentId) ?? null;
  const facts = open === null ? firstOf(claim) : countedOf(open.facts, claim.deniedAt);
  const isKnown = open !== null && isTakenCareOf(open, claim.now);
  const report = open?.report ?? null;
  const isMilestoneReached = isKnown && report !== null && isMilestone(facts.repeats);
  const isReported = !isKnown || isMilestoneReached;
  remember(incidents, claim.incidentId, {
    facts,
    report,
    reportedAt: open?.reportedAt ?? 0,
    claimedAt: isKnown ? open.claimedAt : claim.now,
  });
  remember(entries, claim.entryId, {
    incidentId: claim.incidentId,
    state: isReported ? 'claimed' : 'done',
    claimedAt: claim.now,
    intent: null,
    progress: 'nothing-sent',
    report: null,
    delivered: new Set<string>(),
  });
  if (!isKnown) return { kind: 'new', incident: facts };
  return isMilestoneReached ? { kind: 'milestone', incident: facts, report } : { kind: 'repeat', incident: facts };
}

// While one entry of an incident is being worked on, the others of a burst only count: its message is not acknowledged
// before the incident is reported, so nothing is lost.
function isTakenCareOf(incident: IncidentRecord, now: number): boolean {
  if (incident.claimedAt !== null && now - incident.claimedAt < LEASE_MILLISECONDS) return true;
  return incident.report !== null && !isLookedAtAgain(incident.report, incident.reportedAt, now);
}

function finishEntry(entry: EntryRecord | null, incidents: Map<string, IncidentRecord>, now: number): void {
  const incident = entry === null ? undefined : incidents.get(entry.incidentId);
  if (entry?.report && incident !== undefined) {
    incidents.set(entry.incidentId, { ...incident, report: entry.report, reportedAt: now, claimedAt: null });
  }
}

function firstOf(claim: Claim): IncidentFacts {
  return { id: claim.incidentId, repeats: 0, firstAt: claim.deniedAt, lastAt: claim.deniedAt };
}

// Deliveries come in any order, so the first and the last are told by time.
function countedOf(facts: IncidentFacts, deniedAt: string): IncidentFacts {
  const isEarlier = Date.parse(deniedAt) < Date.parse(facts.firstAt);
  const isLater = Date.parse(deniedAt) > Date.parse(facts.lastAt);
  return {
    id: facts.id,
    repeats: facts.repeats + 1,
    firstAt: isEarlier ? deniedAt : facts.firstAt,
    lastAt: isLater ? deniedAt : facts.lastAt,
  };
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > CAPACITY ? map.keys().next() : null;
  if (oldest !== null && oldest.done !== true) map.delete(oldest.value);
}
