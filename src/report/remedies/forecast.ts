import type { GuardName, GuardResult } from '../../decision/decision.ts';
import { predefinedAiRole, predefinedRolesReadOn } from '../../iam/role.ts';
import type { Change } from '../../remediation/change.ts';
import { CONDITIONS_LIMIT, PRINCIPAL_LIMIT } from '../../remediation/edit-policy.ts';
import type { PolicyFacts } from '../../remediation/policy-facts.ts';
import type { Remedy } from '../report.ts';
import { note } from './remedy-kinds.ts';

/** What the side effects of a change can be told from. */
export interface ChangeFacts {
  /** How many permissions were refused. */
  readonly refused: number;
  /** How many permissions the role holds; null where that is not known. */
  readonly held: number | null;
  /** What the policy was like before the change; null where it was not read. */
  readonly policy: PolicyFacts | null;
  readonly guards: readonly GuardResult[];
}

/** From how many principals, and conditions of one member, on it is said how near the limit is. */
const MANY_PRINCIPALS = 1200;
const MANY_CONDITIONS = 15;

/** Titles of the notes of a forecast. */
const BRINGS_ALONG = 'What the role brings along';
const TO_EXPECT = 'What else to expect';

/** The notes of a report's remedies that forecast what its change brings along. */
export function forecastNotes(remedies: readonly Remedy[]): readonly Remedy[] {
  return remedies.filter(({ kind, title }) => kind === 'note' && (title === BRINGS_ALONG || title === TO_EXPECT));
}

/** What a change brings along besides access for this call, and what may undo or refuse it. */
export function forecast(change: Change, facts: ChangeFacts): readonly Remedy[] {
  const lines = [
    ...policyLines(change, facts.policy),
    ...restrictionLines(change, facts.guards),
    ...endLines(change),
    'Guestlist cannot see whether Terraform owns this policy. A google_project_iam_policy, or a google_project_iam_binding of this role, removes the grant when it is applied next.',
  ];
  return [roleNote(change.role, facts), note(TO_EXPECT, lines.join('\n'))];
}

function roleNote(role: string, { refused, held }: ChangeFacts): Remedy {
  const title = BRINGS_ALONG;
  if (held === null) return note(title, `How many permissions ${role} holds is not known.`);
  const narrower = held > refused + 50 ? ' A narrower role can be named in the allowlist.' : '';
  return note(
    title,
    `${role} holds ${held} ${held === 1 ? 'permission' : 'permissions'}${shippedOn(role)}; ${refused} ${refused === 1 ? 'was' : 'were'} refused.${narrower}`,
  );
}

// How old the count is, for roles whose permissions are shipped and not read anew.
function shippedOn(role: string): string {
  return predefinedAiRole(role) === null ? '' : ` (as of ${predefinedRolesReadOn})`;
}

const FIRST_CONDITION =
  'From then on gcloud scripts of other people that change bindings in this project fail without --condition=None.';

function policyLines({ condition }: Change, policy: PolicyFacts | null): readonly string[] {
  if (policy === null) {
    const first = condition === null ? '' : ` If it holds none, this is the first: ${lowerFirst(FIRST_CONDITION)}`;
    return [
      `The policy of the project was not read: whether it holds conditions, and how near it is to its limit of ${count(PRINCIPAL_LIMIT)} principals, is not known.${first}`,
    ];
  }
  return [
    ...(condition === null || policy.hasConditions
      ? []
      : [`This is the first condition in the policy. ${FIRST_CONDITION}`]),
    ...principalLines(policy.principals),
    ...(condition === null ? [] : conditionLines(policy.conditionsOfMember)),
  ];
}

function principalLines(principals: number): readonly string[] {
  if (principals <= MANY_PRINCIPALS) return [];
  const full = principals >= PRINCIPAL_LIMIT ? ' It takes no more: remove some first.' : '';
  return [`The policy holds ${count(principals)} of at most ${count(PRINCIPAL_LIMIT)} principals.${full}`];
}

function conditionLines(conditions: number): readonly string[] {
  if (conditions < MANY_CONDITIONS) return [];
  const full = conditions >= CONDITIONS_LIMIT ? ' Remove expired ones first.' : '';
  return [`The member holds the role under ${conditions} of at most ${CONDITIONS_LIMIT} different conditions.${full}`];
}

// Which organization policies a grant would meet is not among the evidence, so this says what may be (facts of each kind
// of member: iam/docs/allow-policies; GoogleCloudPlatform/cloud-foundation-fabric, org-policies/iam.yaml).
function restrictionLines({ member }: Change, guards: readonly GuardResult[]): readonly string[] {
  const unseen = 'Whether the organization restricts members by domain was not looked up.';
  if (POOL_MEMBER.test(member))
    return [
      `${unseen} The older constraint for it, iam.allowedPolicyMemberDomains, does not admit members of workforce and workload identity pools: where it is in force, expect Google to refuse this grant. iam.managed.allowedPolicyMembers can admit them.`,
    ];
  return isOutsider(guards)
    ? [`${unseen} Where it does, Google may refuse this member: it is not known to belong to the organization.`]
    : [];
}

const POOL_MEMBER = /^principal:\/\/.*\/(?:workforcePools|workloadIdentityPools)\//;
const OUTSIDER_GUARDS: readonly GuardName[] = ['user-domain-is-listed', 'home-in-organization'];

function isOutsider(guards: readonly GuardResult[]): boolean {
  return guards.some(({ guard, result }) => OUTSIDER_GUARDS.includes(guard) && result !== 'held');
}

function endLines({ expiresAt }: Change): readonly string[] {
  return expiresAt === null
    ? []
    : [
        `The access ends at ${expiresAt} by itself, so a command pasted later than that gives none. The binding stays until somebody removes it; in Terraform, take it out then.`,
      ];
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
