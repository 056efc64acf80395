import { readDenial } from '../denial/read-denial.ts';
import type { Entry } from '../ingest/read-entry.ts';
import { incidentIdOf } from '../ledger/incident-id.ts';
import { examine, type Pipeline } from '../pipeline.ts';
import { remediate } from '../remediation/remediate.ts';
import { buildReport } from '../report/build-report.ts';
import type { IncidentFacts, Report } from '../report/report.ts';

/** What entries are explained with. `now` is RFC 3339. */
export interface ExplainWorld extends Pick<Pipeline, 'allowlist' | 'identity' | 'evidence'> {
  readonly now: string;
}

/** The report of one entry, or why it is no audit entry that can be understood. */
export type Explanation =
  | { readonly kind: 'report'; readonly report: Report }
  | { readonly kind: 'unreadable'; readonly reason: string };

/**
 * Makes a function that explains one entry after the other. It goes the pipeline's way with a remediation that cannot
 * write, and counts repeats over the entries it was given.
 */
export function createExplainer(world: ExplainWorld): (entry: Entry) => Promise<Explanation> {
  const incidents = new Map<string, { readonly facts: IncidentFacts; readonly entries: ReadonlySet<string> }>();
  return async (entry) => {
    const reading = readDenial(entry, world.now);
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
    const intent = await examine(denial, world);
    const { kind, detail } = await remediate(intent, id, 'first', writeNothing);
    const outcome = detail === null ? { kind } : { kind, detail };
    return {
      kind: 'report',
      report: buildReport({ denial, intent, outcome, incident: incident.facts, at: world.now }),
    };
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
