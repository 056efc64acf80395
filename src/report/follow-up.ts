import { digest } from '../iam/digest.ts';
import { predefinedAiRole } from '../iam/role.ts';
import { grantRemedies } from './remedies/grant-remedies.ts';
import { incidentLog } from './remedies/incident-log.ts';
import { troubleshooting } from './remedies/troubleshooter.ts';
import type { IncidentFacts, Outcome, Remedy, Report } from './report.ts';

/** What turned out about a grant after its report. */
export type GrantTurn = 'verified' | 'gone' | 'did-not-help' | 'undone' | 'ended';

/** A turn, and who brought it about where that is known. */
export interface Turn {
  readonly turn: GrantTurn;
  readonly by: string | null;
}

/**
 * A later report about a grant, built on that of the grant itself and naming it. `at` is RFC 3339. The same turn of the
 * same grant has the same id, however often it is noticed.
 */
export function followUpReport(report: Report, { turn, by }: Turn, incident: IncidentFacts, at: string): Report {
  const outcome: Outcome = { kind: KINDS[turn], detail: DETAILS[turn](report, { incident, at, by }) };
  return {
    ...report,
    id: `r-${digest([report.id, turn])}`,
    at,
    incident,
    outcome,
    remedies: [...REMEDIES[turn](report, outcome), incidentLog(report.denial, incident)],
    undo: turn === 'did-not-help' || turn === 'verified' ? report.undo : null,
  };
}

const KINDS: Readonly<Record<GrantTurn, Outcome['kind']>> = {
  verified: 'applied',
  ended: 'advised',
  gone: 'failed',
  'did-not-help': 'failed',
  undone: 'advised',
};

interface Circumstances {
  readonly incident: IncidentFacts;
  readonly at: string;
  readonly by: string | null;
}

const DETAILS: Readonly<Record<GrantTurn, (report: Report, circumstances: Circumstances) => string>> = {
  verified: ({ id, at: grantedAt }, { incident }) =>
    `The grant of ${grantedAt} (report ${id}) is in place, and no call was refused since ${incident.lastAt}.`,
  ended: ({ id, at: grantedAt, change }) =>
    `The grant of ${grantedAt} (report ${id}) ended at ${change?.expiresAt}, and its binding is removed. The next refused call is decided anew.`,
  gone: ({ id, at: grantedAt }, { at }) =>
    `Granted at ${grantedAt} (report ${id}), and gone at ${at}: somebody removed the binding. It is not granted again by itself.`,
  'did-not-help': ({ id, at: grantedAt }, { incident }) =>
    `Granted at ${grantedAt} (report ${id}), and the call was refused again at ${incident.lastAt}, when the grant should have taken effect.`,
  undone: ({ id, at: grantedAt }, { at, by }) =>
    `The grant of ${grantedAt} (report ${id}) was taken back at ${at}${by === null ? '' : ` by ${by}`}. It is not granted again by itself.`,
};

const NOTES: Readonly<Record<'gone' | 'did-not-help', Remedy>> = {
  gone: {
    kind: 'note',
    title: 'Who removes it',
    text: 'A google_project_iam_binding or google_project_iam_policy in Terraform removes what it does not list. Add the grant there, or use google_project_iam_member. The audit log of SetIamPolicy names who removed it.',
  },
  'did-not-help': {
    kind: 'note',
    title: 'What to look at next',
    text: 'In this order: a deny policy, a principal access boundary, a condition on another binding, a service perimeter. The Policy Troubleshooter shows the first two. Then take the grant back.',
  },
};

const REMEDIES: Readonly<Record<GrantTurn, (report: Report, outcome: Outcome) => readonly Remedy[]>> = {
  gone: (report, outcome) => [NOTES.gone, ...grantAgain(report, outcome)],
  'did-not-help': ({ denial }) => [...troubleshooting(denial, null, 'beta'), NOTES['did-not-help']],
  verified: () => [],
  undone: () => [],
  ended: () => [],
};

// The policy was looked at for the binding only, so what it was like is not known here.
function grantAgain({ change, denial, decision }: Report, outcome: Outcome): readonly Remedy[] {
  if (change === null) return [];
  const held = predefinedAiRole(change.role)?.permissions.size ?? null;
  return grantRemedies(change, outcome, denial.permissions, { held, policy: null, guards: decision.guards });
}
