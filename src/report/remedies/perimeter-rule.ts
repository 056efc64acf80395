import type { Denial, PerimeterViolation } from '../../denial/denial.ts';
import { type Principal, storedMember } from '../../iam/principal.ts';
import { parseResourceName } from '../../iam/resource-name.ts';

/** Stands where the entry does not say what belongs there. */
export const FILL_IN = 'FILL_IN';

/** The rule that lets one blocked call through a perimeter, from which YAML and Terraform are written. */
export interface PerimeterRule {
  readonly direction: 'ingress' | 'egress';
  readonly perimeter: PerimeterName;
  /** A member string. */
  readonly identity: string;
  /** Where an ingress comes from: a project (`projects/NUMBER`), or `*` for anywhere. */
  readonly source: string;
  readonly target: RuleTarget;
}

/** `accessPolicies/POLICY/servicePerimeters/NAME` */
export interface PerimeterName {
  readonly policy: string;
  readonly name: string;
}

/** What a rule opens: a project, or for an egress a bucket or container outside Google Cloud. */
export type RuleTarget =
  | { readonly kind: 'project'; readonly name: string }
  | { readonly kind: 'external'; readonly name: string };

/** Works the rule out. Everything in it has the form that it should have, or is left to be filled in. */
export function perimeterRule(
  denial: Denial,
  violation: PerimeterViolation,
  direction: PerimeterRule['direction'],
): PerimeterRule {
  return {
    direction,
    perimeter: perimeterName(violation),
    identity: identityOf(denial.principal),
    source: projectOf([direction === 'ingress' ? violation.source : null]) ?? '*',
    target: direction === 'ingress' ? ingressTarget(denial, violation) : egressTarget(violation),
  };
}

/** True while something in the rule has to be filled in. */
export function hasGaps({ perimeter, identity, target }: PerimeterRule): boolean {
  return [perimeter.name, identity, target.name].some((text) => text.includes(FILL_IN));
}

const PERIMETER = /^accessPolicies\/([0-9]{1,30})\/servicePerimeters\/([A-Za-z0-9_]{1,100})$/;

/** The perimeter of a violation. */
export function perimeterName({ perimeter }: PerimeterViolation): PerimeterName {
  const [, policy = FILL_IN, name = FILL_IN] = PERIMETER.exec(perimeter ?? '') ?? [];
  return { policy, name };
}

// Rules name people, service accounts and single identities of pools (service_perimeter.proto; registry:
// google_access_context_manager_service_perimeter_ingress_policy).
function identityOf(principal: Principal): string {
  switch (principal.kind) {
    case 'user':
    case 'service-account':
    case 'default-service-account':
    case 'service-agent':
    case 'workload-identity':
    case 'workforce-identity':
      return storedMember(principal.member);
    case 'gke-workload':
    case 'agent-identity':
    case 'deleted':
    case 'withheld':
    case 'unrecognized':
      return `serviceAccount:${FILL_IN}`;
  }
}

const UNKNOWN_PROJECT: RuleTarget = { kind: 'project', name: `projects/${FILL_IN}_PROJECT_NUMBER` };

// The protected side: the violation's target, or the resource of the entry. `resourceNames` is unreliable and not asked.
function ingressTarget(denial: Denial, { target, member }: PerimeterViolation): RuleTarget {
  const name = projectOf([target, member, denial.resource]);
  return name === null ? UNKNOWN_PROJECT : { kind: 'project', name };
}

// The side outside, which only the violation names: the resource of the entry is on the side of the perimeter.
function egressTarget({ target }: PerimeterViolation): RuleTarget {
  const external = EXTERNAL.exec(target ?? '')?.[1];
  if (external !== undefined) return { kind: 'external', name: external };
  const name = projectOf([target]);
  return name === null ? UNKNOWN_PROJECT : { kind: 'project', name };
}

/** `s3://BUCKET` and `azure://ACCOUNT.blob.core.windows.net/CONTAINER` (service_perimeter.proto), without what is below. */
const EXTERNAL =
  /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|azure:\/\/[a-z0-9]{3,24}\.blob\.core\.windows\.net\/[a-z0-9][a-z0-9-]{2,62})(?:\/|$)/;

// Rules take project numbers only.
function projectOf(candidates: readonly (string | null)[]): string | null {
  const numbers = candidates.flatMap((name) => {
    const { scope } = parseResourceName(name ?? '');
    return scope.kind === 'project' && scope.project.kind === 'project-number' ? [scope.project.number] : [];
  });
  return numbers[0] === undefined ? null : `projects/${numbers[0]}`;
}
