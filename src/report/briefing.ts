import type { Cause } from '../diagnosis/diagnosis.ts';
import { predefinedAiRole } from '../iam/role.ts';
import type { NewsKind, Posting } from './posting.ts';
import { shortLine } from './quote-shell.ts';
import type { Outcome, Report } from './report.ts';

/** A report in two lines: what was refused and why; what was done and what is to do. No markup, one line each. */
export interface Briefing {
  readonly what: string;
  readonly next: string;
}

// Every medium shows both lines whole, so what somebody else wrote must not make them endless.
const LONGEST_LINE = 500;

/** Says a report the way somebody needs it who reads it on a phone at night. */
export function briefingOf({ report, news }: Posting): Briefing {
  const { diagnosis } = report;
  const refused = diagnosis.cause === 'not-denied' ? 'was not refused' : 'was refused';
  const doubt = diagnosis.certainty === 'likely' ? 'probably ' : '';
  const what = `${callerOf(report)} ${refused} ${callOf(report)} in ${placeOf(report)}: ${doubt}${WHY[diagnosis.cause]}.`;
  return { what: shortLine(what, LONGEST_LINE), next: shortLine(nextOf(report, news), LONGEST_LINE) };
}

function nextOf(report: Report, news: NewsKind): string {
  const { outcome, incident } = report;
  switch (news) {
    case 'verified':
      return outcome.detail ?? 'The grant works: the call was not refused again. Nothing to do.';
    case 'ended':
      return outcome.detail ?? 'The time of the grant is over. Nothing to do.';
    case 'did-not-help':
    case 'gone':
    case 'undone':
    case 'dismissed':
      return outcome.detail ?? NEXT[outcome.kind](report);
    case 'repeated':
      return `Refused ${incident.repeats + 1} times since ${incident.firstAt}. ${NEXT[outcome.kind](report)}`;
    case 'opened':
    case 'changed':
    case 'approved':
      return NEXT[outcome.kind](report);
  }
}

function callerOf({ denial }: Report): string {
  const { member, email } = denial.principal;
  if (member === null) return 'A caller whom Google does not name';
  return shortLine(email ?? member, 200);
}

function callOf({ denial }: Report): string {
  if (denial.model !== undefined) return `a call to ${shortLine(denial.model, 80)}`;
  const [permission, ...more] = denial.permissions;
  if (permission === undefined) return shortLine(denial.method.slice(denial.method.lastIndexOf('.') + 1), 80);
  return more.length === 0 ? shortLine(permission, 100) : `${shortLine(permission, 100)} and ${more.length} more`;
}

function placeOf({ denial }: Report): string {
  return denial.project === '' ? shortLine(denial.resource, 80) : shortLine(denial.project, 80);
}

/** Why a call was refused, in as few words as a sentence can hold. */
const WHY: Readonly<Record<Cause, string>> = {
  'not-denied': 'the entry records no refusal',
  'out-of-scope': 'no role in a project could help with this call',
  'own-call': 'Guestlist itself was the caller, which must never happen',
  throttled: 'quota or capacity was used up',
  unauthenticated: 'the credentials are missing or expired',
  reconnaissance: 'the caller tries many permissions or projects, which looks like probing',
  'service-perimeter': 'a VPC Service Controls perimeter blocks it, whatever the roles',
  'organization-policy': 'an organization policy forbids it',
  'service-disabled': 'the Agent Platform API (formerly Vertex AI API) is not enabled',
  'billing-disabled': 'the project has no active billing account',
  'insufficient-scope': 'the access token lacks the cloud-platform scope',
  'consumer-invalid': 'the project that the call names is not valid',
  'quota-project': 'the quota project is missing or may not be used',
  'account-disabled': 'the account is disabled',
  'blocked-key': 'the API key is blocked or restricted',
  'caller-withheld': 'a role is missing or another check failed, and Google hides who called',
  'deleted-principal': 'the account was deleted',
  'service-agent': 'a service agent of Google lost its own role',
  'another-permission': 'it needs a permission that Guestlist does not hand out',
  'deny-policy': 'a deny policy or an access boundary refuses it, whatever the roles',
  'access-boundary': 'a principal access boundary refuses it, whatever the roles',
  'condition-unmet': 'its role has expired, or its condition does not hold',
  propagating: 'the role was not in effect yet, and has been granted',
  'cross-project': 'it lives in another project, and has no role in the one it calls',
  'missing-role': 'it has no role there',
  unknown: 'nothing that could be looked at explains it',
};

/** What to do where no grant helps: the first step only; the remedies hold the rest. */
const ADVICE: Readonly<Record<Cause, string>> = {
  'not-denied': 'Nothing to do.',
  'out-of-scope': 'Nothing to do here.',
  'own-call': 'Find out at once who runs as Guestlist.',
  throttled: 'Retry with backoff, or raise the quota.',
  unauthenticated: 'Renew the credentials.',
  reconnaissance: 'Hand it to security. It is granted nothing.',
  'service-perimeter': 'Ask the owner of the perimeter for the rule below.',
  'organization-policy': 'Ask who administers organization policies for an exception.',
  'service-disabled': 'Enable the API with the command below.',
  'billing-disabled': 'Link a billing account.',
  'insufficient-scope': 'Issue the token with the cloud-platform scope.',
  'consumer-invalid': 'Correct the project id in the client.',
  'quota-project': 'Set a quota project that the caller may use.',
  'account-disabled': 'Restore the account.',
  'blocked-key': 'Change the key or its restrictions.',
  'caller-withheld': 'Find out who called; the steps are below.',
  'deleted-principal': 'Remove the deleted member first, then grant the new account.',
  'service-agent': 'Give the service agent its own role back.',
  'another-permission': 'Grant the role named below, if it should be allowed.',
  'deny-policy': 'Ask who administers deny policies; the command below shows which it is.',
  'access-boundary': 'Ask who administers access boundaries; the command below shows which it is.',
  'condition-unmet': 'Renew it for a time.',
  propagating: 'Wait some minutes, and call again.',
  'cross-project': 'Grant the role in the project of the resource, if it should be allowed.',
  'missing-role': 'Grant the role below, if it should be allowed.',
  unknown: 'Start with the Policy Troubleshooter.',
};

const NEXT: Readonly<Record<Outcome['kind'], (report: Report) => string>> = {
  applied: (report) => `${grantedText(report)}${detailOf(report)} Call again in a few minutes.`,
  'already-granted': ({ change }) => `Nothing written: ${roleText(change?.role)} is there already. Call again.`,
  proposed: (report) =>
    forbidText(report) ??
    `Nothing was changed.${detailOf(report)} To allow it, grant ${roleText(report.change?.role)}${endText(report)}.`,
  advised: (report) =>
    report.outcome.detail === undefined
      ? `Nothing was changed. ${ADVICE[report.diagnosis.cause]}`
      : report.outcome.detail,
  ignored: () => 'Nothing to do.',
  refused: (report) => `Google refused the grant; nothing was changed.${detailOf(report)}`,
  failed: (report) => report.outcome.detail ?? 'The grant does not do its work.',
};

// Whoever forbade it shall not be gone round by hand.
function forbidText({ decision }: Report): string | null {
  const rule = decision.rules.find(({ effect, result }) => effect === 'forbid' && result === 'matched');
  return rule === undefined ? null : `Nothing was changed: rule ${shortLine(rule.id, 100)} forbids it.`;
}

function grantedText(report: Report): string {
  return `Granted ${roleText(report.change?.role)}${endText(report)}.`;
}

function endText({ change }: Report): string {
  return change?.expiresAt === null || change?.expiresAt === undefined ? '' : ` until ${change.expiresAt}`;
}

function detailOf({ outcome }: Report): string {
  return outcome.detail === undefined ? '' : ` ${shortLine(outcome.detail, 300)}`;
}

function roleText(role: string | undefined): string {
  if (role === undefined) return 'the role';
  const title = ROLE_TITLES.get(role) ?? predefinedAiRole(role)?.title;
  return title === undefined ? role : `${title} (${role})`;
}

/** Titles the console shows today (iam/docs/roles-permissions/aiplatform). */
const ROLE_TITLES: ReadonlyMap<string, string> = new Map([['roles/aiplatform.user', 'Agent Platform User']]);
