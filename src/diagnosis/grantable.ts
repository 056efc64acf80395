import type { Denial } from '../denial/denial.ts';
import type { Certainty, EvidenceNote } from './diagnosis.ts';
import { accessFor, type EffectiveAccess } from './effective-access.ts';
import { type Evidence, knownValue } from './evidence.ts';
import type { Question } from './question.ts';

/** What all grantable causes share: a plain refusal of a whole principal that holds none of what was refused. */
export interface GrantableCase {
  readonly member: string;
  readonly certainty: Certainty;
  readonly notes: readonly EvidenceNote[];
}

/**
 * True when IAM refused and the entry gives no other reason. Only IAM_PERMISSION_DENIED, or no reason at all, may lead
 * to a role (google/api/error_reason.proto: every other reason means another fix).
 */
export function isPlainRefusal(denial: Denial): boolean {
  const isIamReason = denial.errors.every((error) => error.reason === '' || error.reason === 'IAM_PERMISSION_DENIED');
  return denial.status.code === 7 && isIamReason && denial.permissions.length > 0 && denial.scope.kind === 'project';
}

/** Looks at a plain refusal with all evidence, or gives null when a role would change nothing. */
export function grantableCase(question: Question): GrantableCase | null {
  const { denial, evidence, role } = question;
  const { member } = denial.principal;
  if (!isPlainRefusal(denial) || member === null) return null;
  const accesses = denial.permissions.map((permission) => accessFor(question, permission));
  if (accesses.every((access) => access.unconditional.length > 0)) return null;
  const doubts = [...unreadNotes(evidence, role), ...accessDoubts(accesses)];
  const isSeen = denial.permissionSource === 'authorization-info';
  const permissionNote: EvidenceNote = {
    state: 'known',
    source: 'entry',
    text: `refused ${denial.permissions.join(', ')} (read from ${denial.permissionSource})`,
  };
  return {
    member,
    certainty: doubts.length === 0 && isSeen ? 'certain' : 'likely',
    notes: [permissionNote, ...readNotes(evidence, member), ...doubts],
  };
}

function readNotes(evidence: Evidence, member: string): readonly EvidenceNote[] {
  const policy = knownValue(evidence.policy);
  const place = knownValue(evidence.project);
  const read = evidence.inherited
    .filter((finding) => finding.policy.kind === 'known')
    .map((finding) => finding.resource);
  return [
    ...(place === null
      ? []
      : [knownNote('Resource Manager', placeText(place.id, place.number, knownValue(place.ancestors)))]),
    ...(policy === null
      ? []
      : [absentNote('project policy', `no effective binding of ${member} with the refused permission`)]),
    ...(read.length === 0 ? [] : [absentNote(read.join(', '), 'nothing inherited either')]),
  ];
}

function placeText(id: string, number: string, ancestors: readonly string[] | null): string {
  return `the project is ${id} (${number}), under ${ancestors === null ? 'ancestors that could not be read' : ancestors.join(' in ')}`;
}

function unreadNotes(evidence: Evidence, role: string): readonly EvidenceNote[] {
  const findings = [
    { source: 'Resource Manager', what: 'where the project lives', finding: evidence.project },
    {
      source: 'Resource Manager',
      what: 'the folders above the project',
      finding: knownValue(evidence.project)?.ancestors,
    },
    { source: 'project policy', what: 'the policy of the project', finding: evidence.policy },
    ...evidence.inherited.map(({ resource, policy }) => ({
      source: resource,
      what: `the policy of ${resource}`,
      finding: policy,
    })),
    { source: role, what: `the permissions of ${role}`, finding: evidence.role },
  ];
  const explained =
    evidence.explanation.kind === 'not-readable'
      ? [
          {
            source: 'Policy Troubleshooter',
            what: 'whether a deny policy or access boundary refuses',
            finding: evidence.explanation,
          },
        ]
      : [];
  return [...findings, ...explained].flatMap(({ source, what, finding }): readonly EvidenceNote[] =>
    finding === undefined || finding.kind === 'known'
      ? []
      : [{ state: finding.kind, source, text: `${what} could not be read: ${finding.detail}` }],
  );
}

function accessDoubts(accesses: readonly EffectiveAccess[]): readonly EvidenceNote[] {
  const others = [...new Set(accesses.flatMap((access) => access.throughOthers))];
  const unknownRoles = [...new Set(accesses.flatMap((access) => access.unknownRoles))];
  const conditional = [...new Set(accesses.flatMap((access) => access.notEvaluated.map((path) => path.role)))];
  return [
    ...others.map((group) =>
      doubt('policies', `${group} holds the permission; whether the caller is in it is unknown through groups`),
    ),
    ...unknownRoles.map((role) => doubt(role, `the caller holds ${role}, whose permissions could not be read`)),
    ...conditional.map((role) =>
      doubt('policies', `the caller holds ${role} under a condition, which was not evaluated`),
    ),
  ];
}

function doubt(source: string, text: string): EvidenceNote {
  return { state: 'not-readable', source, text };
}

function knownNote(source: string, text: string): EvidenceNote {
  return { state: 'known', source, text };
}

function absentNote(source: string, text: string): EvidenceNote {
  return { state: 'absent', source, text };
}
