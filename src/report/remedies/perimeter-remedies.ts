import type { Denial, PerimeterViolation } from '../../denial/denial.ts';
import { logProjectName } from '../../denial/denial-names.ts';
import { consoleLinks } from '../console-links.ts';
import { quoteShell } from '../quote-shell.ts';
import type { Remedy } from '../report.ts';
import { setQuotaProject } from './consumer-remedies.ts';
import { FILL_IN, hasGaps, type PerimeterRule, perimeterName, perimeterRule } from './perimeter-rule.ts';
import { perimeterTerraform } from './perimeter-terraform.ts';
import { perimeterYaml } from './perimeter-yaml.ts';
import { consolePage, gcloud, note } from './remedy-kinds.ts';

/**
 * The rule that lets a blocked call through a service perimeter, for the person who owns the perimeter. `project` is
 * that of the call.
 */
export function perimeterRemedies(denial: Denial, violation: PerimeterViolation, project: string): readonly Remedy[] {
  return [...opening(denial, violation, project), ...violationLinks(denial, violation)];
}

function opening(denial: Denial, violation: PerimeterViolation, project: string): readonly Remedy[] {
  switch (violation.direction) {
    case 'accessible-services':
      return [warning(violation, []), accessibleServices(violation)];
    case 'egress':
      return isQuotaArtefact(violation)
        ? [QUOTA_NOTE, ...setQuotaProject(project)]
        : rule(perimeterRule(denial, violation, 'egress'), violation);
    case 'ingress':
    case 'unknown':
      return rule(perimeterRule(denial, violation, 'ingress'), violation);
  }
}

function rule(parts: PerimeterRule, violation: PerimeterViolation): readonly Remedy[] {
  const { direction } = parts;
  const gaps = hasGaps(parts) ? [`Put in what stands as ${FILL_IN}: the entry does not say it.`] : [];
  return [
    warning(violation, gaps),
    {
      ...gcloud(`1. Save the ${direction} rules that the perimeter has, in ${direction}.yaml`, saveRules(parts)),
      link: consoleLinks.perimeters(),
    },
    { kind: 'perimeter', title: `2. Add this rule at the end of ${direction}.yaml`, text: perimeterYaml(parts) },
    gcloud(`3. Put the rules of ${direction}.yaml in force, in place of all that it has`, setRules(parts)),
    { kind: 'perimeter', title: `Or add the ${direction} rule with Terraform`, text: perimeterTerraform(parts) },
    note(
      'Where Terraform owns the perimeter',
      `Its google_access_context_manager_service_perimeter needs ignore_changes = [status[0].${direction}_policies] in its lifecycle, or it removes the rule when it is applied next.`,
    ),
  ];
}

// The update takes a whole list, so the list starts from what is there, and what was there is kept. gcloud prints the
// list below two lines of its own. Nothing is made of it when gcloud fails: an empty list would remove every rule.
function saveRules({ direction, perimeter: { policy, name } }: PerimeterRule): string {
  return [
    `gcloud access-context-manager perimeters describe ${quoteShell(name)} --policy=${quoteShell(policy)}`,
    `  --format=${quoteShell(`yaml(status.${direction}Policies)`)} > ${direction}-before.yaml &&`,
    `  sed '1,2d; s/^  //' ${direction}-before.yaml > ${direction}.yaml`,
  ].join(' \\\n');
}

function setRules({ direction, perimeter: { policy, name } }: PerimeterRule): string {
  return [
    `gcloud access-context-manager perimeters update ${quoteShell(name)} --policy=${quoteShell(policy)}`,
    `  --set-${direction}-policies=${direction}.yaml`,
  ].join(' \\\n');
}

function accessibleServices(violation: PerimeterViolation): Remedy {
  const { policy, name } = perimeterName(violation);
  const command = `gcloud access-context-manager perimeters update ${quoteShell(name)} --policy=${quoteShell(policy)} \\\n  --add-vpc-allowed-services=aiplatform.googleapis.com`;
  return {
    ...gcloud('Let the network reach Agent Platform (formerly Vertex AI)', command),
    link: consoleLinks.perimeters(),
  };
}

// Only the quota project is outside: no rule is needed, the caller has to name another quota project.
function isQuotaArtefact({ permissions }: PerimeterViolation): boolean {
  return permissions.length === 1 && permissions[0] === 'serviceusage.services.use';
}

const QUOTA_NOTE = note(
  'Set a quota project inside the perimeter',
  'Only the quota project lies outside the perimeter, so no egress rule is needed. A workload names the quota project in its client library or in the header x-goog-user-project.',
);

function warning({ direction }: PerimeterViolation, gaps: readonly string[]): Remedy {
  const egress = direction === 'egress' ? ['An access level does not help an egress violation.'] : [];
  const unknown =
    direction === 'unknown'
      ? [
          'The entry does not say in which direction the perimeter was crossed. Look at the violation first: this is the rule for a call from outside.',
        ]
      : [];
  return note(
    'Before you change the perimeter',
    [
      'Ask the owner of the perimeter: a rule opens it for every method of the API. Changes take up to 30 minutes.',
      ...egress,
      ...unknown,
      ...gaps,
    ].join(' '),
  );
}

function violationLinks(denial: Denial, { uniqueId }: PerimeterViolation): readonly Remedy[] {
  if (uniqueId === null) return [];
  const project = logProjectName(denial);
  const log =
    project === ''
      ? []
      : [
          consolePage(
            'See the records of this violation',
            'Open the entries in Logs Explorer.',
            consoleLinks.perimeterLog(project, uniqueId),
          ),
        ];
  return [
    consolePage(
      'Analyze the violation',
      `Open the violation analyzer of VPC Service Controls with the id ${uniqueId}.`,
      consoleLinks.perimeterViolation(uniqueId),
    ),
    ...log,
  ];
}
