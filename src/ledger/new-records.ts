import type { Denial } from '../denial/denial.ts';
import { digest } from '../iam/digest.ts';
import type { Change } from '../remediation/change.ts';
import type { Intent } from '../remediation/intent.ts';
import type { Report } from '../report/report.ts';
import { grantIdOf, proposalIdOf } from './keys.ts';
import { recordToText } from './record-text.ts';
import type { GrantRecord, ProposalRecord } from './records.ts';

/** Denials are as large as their entries; what is larger is decided by hand, where a document could not hold it. */
const DENIAL_LIMIT_CHARACTERS = 100_000;

/** The record of a change that was made, by a rule or by a person. */
export function newGrant(
  change: Change,
  storedAs: GrantRecord['storedAs'],
  report: Report,
  { decision, approvedBy }: Intent,
): GrantRecord {
  return {
    id: grantIdOf(change),
    incidentId: report.incident.id,
    change,
    at: report.at,
    ruleId: approvedBy === null ? decision.ruleId : null,
    approvedBy,
    storedAs,
    undo: null,
    state: 'active',
    stateAt: report.at,
    stateBy: null,
    checks: 0,
    report,
  };
}

/** The record of a change that waits for a person; null where there is none. */
export function newProposal(denial: Denial, intent: Intent, report: Report): ProposalRecord | null {
  const { change, lastsMilliseconds } = intent;
  if (change === null) return null;
  return {
    id: proposalIdOf(report.incident.id),
    hash: proposalHash(intent, change),
    incidentId: report.incident.id,
    change,
    denial: isLarge(denial) ? null : denial,
    lastsMilliseconds,
    report,
    state: 'open',
    at: report.at,
    approval: null,
    dismissal: null,
  };
}

/** True for a denial that is too large to be kept in a document. */
export function isLarge(denial: Denial): boolean {
  return recordToText(denial).length > DENIAL_LIMIT_CHARACTERS;
}

// Over exactly what was shown: an approval is for this and nothing else.
function proposalHash({ diagnosis, policyEtag, allowlistVersion, lastsMilliseconds }: Intent, change: Change): string {
  const { project, role, member } = change;
  return digest([
    project,
    role,
    member,
    String(lastsMilliseconds),
    JSON.stringify(diagnosis),
    policyEtag ?? '',
    allowlistVersion,
  ]);
}
