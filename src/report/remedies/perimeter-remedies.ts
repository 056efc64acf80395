import type { Denial, PerimeterViolation } from '../../denial/denial.ts';
import { parseResourceName } from '../../iam/resource-name.ts';
import { consoleLinks } from '../console-links.ts';
import { quoteHcl } from '../quote-hcl.ts';
import { plainLine, quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';

/** The rule that lets a blocked call through a service perimeter, for the person who owns the perimeter. */
export function perimeterRemedies(denial: Denial, violation: PerimeterViolation): readonly Remedy[] {
  return [...ruleRemedies(denial, violation), ...violationLinks(denial, violation), note(violation)];
}

function ruleRemedies(denial: Denial, violation: PerimeterViolation): readonly Remedy[] {
  const parts = ruleParts(denial, violation);
  switch (violation.direction) {
    case 'accessible-services':
      return [accessibleServices(violation)];
    case 'egress':
      return isQuotaArtefact(violation)
        ? [quotaProject()]
        : [yamlRule('egress', parts), terraformRule('egress', parts)];
    case 'ingress':
    case 'unknown':
      return [yamlRule('ingress', parts), terraformRule('ingress', parts)];
  }
}

interface RuleParts {
  readonly identity: string;
  readonly perimeter: string;
  readonly policy: string;
  readonly resource: string;
}

const FILL_IN = 'FILL_IN';
const PERIMETER = /^accessPolicies\/([0-9]{1,30})\/servicePerimeters\/([A-Za-z0-9_]{1,100})$/;

function ruleParts(denial: Denial, violation: PerimeterViolation): RuleParts {
  const { principal } = denial;
  const [, policy = FILL_IN, perimeter = FILL_IN] = PERIMETER.exec(violation.perimeter ?? '') ?? [];
  // Rules name single users and service accounts only (service_perimeter.proto).
  const isNameable = principal.member !== null && !principal.member.startsWith('principal');
  return {
    identity: isNameable ? principal.member : `serviceAccount:${FILL_IN}`,
    perimeter,
    policy,
    resource: projectNumberOf([violation.target, violation.member, denial.resource]),
  };
}

// The violation's own target first; `resourceNames` is unreliable and not asked.
function projectNumberOf(candidates: readonly (string | null)[]): string {
  const numbers = candidates.flatMap((name) => {
    const { scope } = parseResourceName(name ?? '');
    return scope.kind === 'project' && scope.project.kind === 'project-number' ? [scope.project.number] : [];
  });
  return `projects/${numbers[0] ?? `${FILL_IN}_PROJECT_NUMBER`}`;
}

function yamlRule(direction: 'ingress' | 'egress', parts: RuleParts): Remedy {
  const rule = direction === 'ingress' ? ingressYaml(parts) : egressYaml(parts);
  const file = `${direction}.yaml`;
  const update = `gcloud access-context-manager perimeters update ${quoteShell(parts.perimeter)} --policy=${quoteShell(parts.policy)} --set-${direction}-policies=${file}`;
  return {
    kind: 'perimeter',
    title: `Add an ${direction} rule with gcloud`,
    text: `# ${file}: the file replaces all ${direction} rules of the perimeter, so add this rule to those it has.\n${rule}\n\n${update}`,
    link: consoleLinks.perimeters(),
  };
}

function ingressYaml({ identity, resource }: RuleParts): string {
  return [
    '- ingressFrom:',
    '    identities:',
    `    - ${quoteYaml(identity)}`,
    '    sources:',
    '    - accessLevel: "*"   # better: the access level or project the calls come from',
    '  ingressTo:',
    ...operationsYaml(resource),
  ].join('\n');
}

function egressYaml({ identity, resource }: RuleParts): string {
  return [
    '- egressFrom:',
    '    identities:',
    `    - ${quoteYaml(identity)}`,
    '  egressTo:',
    ...operationsYaml(resource),
  ].join('\n');
}

// Vertex AI supports no single methods in rules: anything but "*" is refused by the API.
function operationsYaml(resource: string): readonly string[] {
  return [
    '    operations:',
    '    - serviceName: aiplatform.googleapis.com',
    '      methodSelectors:',
    '      - method: "*"',
    '    resources:',
    `    - ${quoteYaml(resource)}`,
  ];
}

function quoteYaml(text: string): string {
  return JSON.stringify(plainLine(text));
}

function terraformRule(direction: 'ingress' | 'egress', { identity, perimeter, policy, resource }: RuleParts): Remedy {
  const sources =
    direction === 'ingress'
      ? ['    sources {', '      access_level = "*" # better: the access level the calls come from', '    }']
      : [];
  const text = [
    `resource "google_access_context_manager_service_perimeter_${direction}_policy" "vertex_ai_caller" {`,
    `  perimeter = ${quoteHcl(`accessPolicies/${policy}/servicePerimeters/${perimeter}`)}`,
    '  title     = "Vertex AI caller"',
    `  ${direction}_from {`,
    `    identities = [${quoteHcl(identity)}]`,
    ...sources,
    '  }',
    `  ${direction}_to {`,
    `    resources = [${quoteHcl(resource)}]`,
    '    operations {',
    '      service_name = "aiplatform.googleapis.com"',
    '      method_selectors {',
    '        method = "*"',
    '      }',
    '    }',
    '  }',
    '}',
  ];
  return { kind: 'perimeter', title: `Add an ${direction} rule with Terraform`, text: text.join('\n') };
}

function accessibleServices({ perimeter }: PerimeterViolation): Remedy {
  const [, policy = FILL_IN, name = FILL_IN] = PERIMETER.exec(perimeter ?? '') ?? [];
  return {
    kind: 'perimeter',
    title: 'Let the network reach Vertex AI',
    text: `gcloud access-context-manager perimeters update ${quoteShell(name)} --policy=${quoteShell(policy)} --add-vpc-allowed-services=aiplatform.googleapis.com`,
    link: consoleLinks.perimeters(),
  };
}

// Only the quota project is outside: no rule is needed, the caller has to name another quota project.
function isQuotaArtefact({ permissions }: PerimeterViolation): boolean {
  return permissions.length === 1 && permissions[0] === 'serviceusage.services.use';
}

function quotaProject(): Remedy {
  return {
    kind: 'note',
    title: 'Set the quota project',
    text: 'Only the quota project lies outside the perimeter. Set one inside it (header x-goog-user-project, or gcloud auth application-default set-quota-project); no egress rule is needed.',
  };
}

function violationLinks(denial: Denial, { uniqueId }: PerimeterViolation): readonly Remedy[] {
  if (uniqueId === null) return [];
  const project =
    denial.logProject === null
      ? ''
      : denial.logProject.kind === 'project-id'
        ? denial.logProject.id
        : denial.logProject.number;
  const log: readonly Remedy[] =
    project === ''
      ? []
      : [
          {
            kind: 'console',
            title: 'See the records of this violation',
            text: 'Open the entries in Logs Explorer.',
            link: consoleLinks.perimeterLog(project, uniqueId),
          },
        ];
  return [
    {
      kind: 'console',
      title: 'Analyze the violation',
      text: `Open the violation analyzer of VPC Service Controls with the id ${uniqueId}.`,
      link: consoleLinks.perimeterViolation(uniqueId),
    },
    ...log,
  ];
}

function note({ direction }: PerimeterViolation): Remedy {
  const levels = direction === 'egress' ? ' An access level does not help an egress violation.' : '';
  return {
    kind: 'note',
    title: 'Before you change the perimeter',
    text: `Ask the owner of the perimeter: a rule opens it for every Vertex AI method. Changes take up to 30 minutes.${levels}`,
  };
}
