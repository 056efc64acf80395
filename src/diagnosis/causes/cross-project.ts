import type { Principal } from '../../iam/principal.ts';
import { type Crossing, crossingOf } from '../crossing.ts';
import type { Diagnosis, EvidenceNote } from '../diagnosis.ts';
import { effectiveAccess } from '../effective-access.ts';
import { type HomeEvidence, knownValue } from '../evidence.ts';
import { grantableCase } from '../grantable.ts';
import type { Question } from '../question.ts';

/** A service account of one project called another and has no effective binding in the project of the resource. */
export function crossProject(question: Question): Diagnosis | null {
  const { denial, evidence } = question;
  const crossing = crossingOf(denial, evidence);
  const found = grantableCase(question);
  if (found === null || crossing.kind !== 'crossing' || !isServiceAccount(denial.principal)) return null;
  const boundAtHome = homeBindings(question, found.member);
  return {
    cause: 'cross-project',
    certainty: found.certainty,
    summary: summaryOf(crossing, boundAtHome, knownValue(evidence.project)?.id ?? null),
    evidence: [
      ...found.notes,
      { state: 'known', source: 'entry', text: `the caller lives in project ${crossing.home}` },
      ...homeNotes(evidence.home, boundAtHome),
    ],
  };
}

function isServiceAccount(principal: Principal): boolean {
  return ['service-account', 'default-service-account', 'gke-workload'].includes(principal.kind);
}

function homeBindings({ denial, evidence }: Question, member: string): readonly string[] {
  if (evidence.home.kind === 'none') return [];
  const stack = {
    policies: [{ resource: 'home project', policy: evidence.home.policy }],
    boundRoles: evidence.boundRoles,
  };
  const paths = denial.permissions.flatMap(
    (permission) => effectiveAccess(member, permission, stack, denial.at).unconditional,
  );
  return [...new Set(paths.map((path) => path.role))];
}

function summaryOf(
  crossing: Crossing & { kind: 'crossing' },
  boundAtHome: readonly string[],
  project: string | null,
): string {
  const where = project === null ? 'the project of the resource' : `the project of the resource, ${project}`;
  const start = `The caller lives in project ${crossing.home}, but a role has to be granted in ${where}`;
  return boundAtHome.length === 0
    ? `${start}, and there it has none.`
    : `${start}. It holds ${boundAtHome.join(', ')} in its home project, where it does not count for this call.`;
}

function homeNotes(home: HomeEvidence, boundAtHome: readonly string[]): readonly EvidenceNote[] {
  if (home.kind === 'none') return [];
  if (home.policy.kind !== 'known') {
    return [
      { state: home.policy.kind, source: 'home project policy', text: `could not be read: ${home.policy.detail}` },
    ];
  }
  const text =
    boundAtHome.length === 0
      ? 'no binding of the caller with the permission'
      : `binds the caller to ${boundAtHome.join(', ')}`;
  return [{ state: boundAtHome.length === 0 ? 'absent' : 'known', source: 'home project policy', text }];
}
