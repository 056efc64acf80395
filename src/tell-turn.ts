import { tell } from './carry-out.ts';
import { isOver } from './ledger/grant-book.ts';
import { proposalIdOf } from './ledger/keys.ts';
import { quietPeriod } from './ledger/quiet-period.ts';
import type { GrantRecord } from './ledger/records.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { followUpReport, type GrantTurn } from './report/follow-up.ts';
import type { IncidentFacts } from './report/report.ts';

/** What turned out about a grant: who brought it about (null: not known), and when it is looked at again. */
export interface TurnOfGrant {
  readonly turn: GrantTurn;
  readonly by: string | null;
  /** Milliseconds since the epoch, or null for never. */
  readonly due: number | null;
}

/**
 * Records what turned out about a grant and reports it, once: in a round of its incident, like a denial. Whoever noticed
 * the same at the same time finds it on record, and tells nothing. False while somebody else works on that incident; then
 * the grant stays as it is, and is looked at again.
 */
export async function tellTurn(
  grant: GrantRecord,
  { turn, by, due }: TurnOfGrant,
  incident: IncidentFacts,
  pipeline: Pipeline,
): Promise<boolean> {
  const { ledger, events } = pipeline;
  const taken = await ledger.takeUp({ incident, text: `${turn} ${grant.id} ${grant.at}` });
  if (taken.kind === 'in-progress') return false;
  if (taken.kind === 'resume-report') {
    await tell(taken.posting, taken.delivered, taken, pipeline);
    return false;
  }
  // An approval that was left before it wrote anything gives way, and may be given again.
  if (taken.kind === 'resume-intent')
    await ledger.proposals.settle(proposalIdOf(grant.incidentId), ['approved'], 'open');
  // Only whoever holds the incident tells what turned out, so what is on record by now stays so until this is told.
  if (isOnRecord(turn, grant, await ledger.grants.find(grant.id))) {
    await ledger.drop(taken.hold);
    return true;
  }
  const at = new Date(pipeline.now()).toISOString();
  const report = followUpReport(grant.report, { turn, by }, incident, at);
  await ledger.conclude(taken.hold, {
    report,
    news: turn,
    grant: null,
    proposal: { kind: 'unchanged' },
    earlierGrant: { ...grantOf(grant), state: turn === 'verified' ? 'active' : turn, by, due },
    quietMilliseconds: turn === 'did-not-help' ? quietPeriod(report, true, null) : null,
  });
  await tell({ report, news: turn }, new Set(), taken, pipeline);
  const secondsBlocked = Math.round((Date.parse(incident.lastAt) - Date.parse(incident.firstAt)) / 1000);
  events.write({ event: 'grant-turned', grantId: grant.id, reportId: report.id, turn, by: by ?? '', secondsBlocked });
  return true;
}

// A grant that was made again since is another one, about which this says nothing.
function isOnRecord(turn: GrantTurn, { at }: GrantRecord, current: GrantRecord | null): boolean {
  if (current === null || current.at !== at) return false;
  if (isOver(current.state)) return true;
  if (turn === 'verified') return current.checks > 0 || current.state !== 'active';
  return turn === 'did-not-help' && current.state === turn;
}

/** What names a grant in news about it. */
export function grantOf({ id, at, change }: GrantRecord): Pick<GrantRecord, 'id' | 'at' | 'change'> {
  return { id, at, change };
}
