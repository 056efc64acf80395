import { readDenial } from './denial/read-denial.ts';
import { examine, nothingToDo } from './examine.ts';
import type { Entry } from './ingest/read-entry.ts';
import { createCallerWatch } from './ledger/caller-watch.ts';
import { incidentIdOf } from './ledger/incident-id.ts';
import { DEFAULT_SUSPICION_LIMITS } from './ledger/judge-caller.ts';
import { createMemoryStore } from './ledger/memory-store.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { remediate } from './remediation/remediate.ts';
import { buildReport } from './report/build-report.ts';
import type { IncidentFacts, Report } from './report/report.ts';

/** What entries are explained with. */
export type ExplainWorld = Pick<Pipeline, 'allowlist' | 'identity' | 'evidence' | 'now'>;

/** The report of one entry, or why it is no audit entry that can be understood. */
export type Explanation =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Explains entries of one input. */
export interface Explainer {
  /** Takes note of an entry, so that entries of one caller shed light on each other whatever their order. */
  observe(entry: Entry): Promise<void>;
  explain(entry: Entry): Promise<Explanation>;
}

/**
 * Goes the pipeline's way with a remediation that cannot write. Repeats, perimeter records of the same call and
 * reconnaissance are told over the entries that were observed.
 */
export function createExplainer(world: ExplainWorld): Explainer {
  const incidents = new Map<string, { readonly facts: IncidentFacts; readonly entries: ReadonlySet<string> }>();
  const ports = { store: createMemoryStore(), now: world.now, backOff: async () => {} };
  const watch = createCallerWatch(ports, DEFAULT_SUSPICION_LIMITS);
  const now = new Date(world.now()).toISOString();
  return {
    observe: async (entry) => {
      const reading = readDenial(entry, now);
      if (reading.kind === 'denial' && nothingToDo(reading.denial, world.identity) === null)
        await watch.observe(reading.denial, incidentIdOf(reading.denial));
    },
    explain: async (entry) => {
      const reading = readDenial(entry, now);
      if (reading.kind === 'unreadable') {
        return {
          kind: 'unreadable',
          reason: reading.issues.map((issue) => `${issue.place}: ${issue.message}`).join('; '),
        };
      }
      const { denial } = reading;
      const id = incidentIdOf(denial);
      const incident = count(incidents.get(id) ?? null, id, denial.entryId, denial.at);
      incidents.set(id, incident);
      const intent = await examine(denial, await watch.judge(denial, id), world);
      const { allowlistVersion } = intent;
      const request = {
        incidentId: id,
        allowlistVersion,
        beforeWrite: async () => {},
        approvedBy: null,
        seenWithout: null,
      };
      const { kind, detail } = await remediate(intent, request, writeNothing);
      const outcome = detail === null ? { kind } : { kind, detail };
      return { kind: 'report', report: buildReport({ denial, intent, outcome, incident: incident.facts, at: now }) };
    },
  };
}

// What the function would do is in the decision; nothing is done here, so the outcome must not say that it was.
async function writeNothing() {
  return {
    kind: 'not-written',
    detail: 'This was only explained: the function would make this change itself.',
  } as const;
}

function count(
  known: { readonly facts: IncidentFacts; readonly entries: ReadonlySet<string> } | null,
  id: string,
  entryId: string,
  at: string,
) {
  if (known === null) return { facts: { id, repeats: 0, firstAt: at, lastAt: at }, entries: new Set([entryId]) };
  if (known.entries.has(entryId)) return known;
  const times = [known.facts.firstAt, known.facts.lastAt, at].sort((a, b) => Date.parse(a) - Date.parse(b));
  const facts = { id, repeats: known.facts.repeats + 1, firstAt: times[0] ?? at, lastAt: times.at(-1) ?? at };
  return { facts, entries: new Set([...known.entries, entryId]) };
}
