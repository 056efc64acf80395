import { quoteYaml } from '../quote-yaml.ts';
import type { PerimeterRule } from './perimeter-rule.ts';

/** A rule as one element of the list that `--set-ingress-policies` and `--set-egress-policies` read. */
export function perimeterYaml(rule: PerimeterRule): string {
  const { direction, identity } = rule;
  return [
    `- ${direction}From:`,
    '    identities:',
    `    - ${quoteYaml(identity)}`,
    ...(direction === 'ingress' ? sources(rule) : []),
    `  ${direction}To:`,
    ...operations(),
    ...target(rule),
  ].join('\n');
}

function sources({ source }: PerimeterRule): readonly string[] {
  const only = source === '*' ? `accessLevel: "*"   # better: the access level or project the calls come from` : null;
  return ['    sources:', `    - ${only ?? `resource: ${quoteYaml(source)}`}`];
}

// Agent Platform supports no single methods in rules: anything but "*" is refused by the API.
function operations(): readonly string[] {
  return [
    '    operations:',
    '    - serviceName: aiplatform.googleapis.com',
    '      methodSelectors:',
    '      - method: "*"',
  ];
}

function target({ target: { kind, name } }: PerimeterRule): readonly string[] {
  return [kind === 'project' ? '    resources:' : '    externalResources:', `    - ${quoteYaml(name)}`];
}
