import { digest } from '../../iam/digest.ts';
import { quoteHcl } from '../quote-hcl.ts';
import type { PerimeterRule } from './perimeter-rule.ts';

/** A rule as a Terraform resource of its own, which leaves the other rules of the perimeter alone. */
export function perimeterTerraform(rule: PerimeterRule): string {
  const { direction, perimeter, identity } = rule;
  return [
    `resource "google_access_context_manager_service_perimeter_${direction}_policy" ${quoteHcl(nameOf(rule))} {`,
    `  perimeter = ${quoteHcl(`accessPolicies/${perimeter.policy}/servicePerimeters/${perimeter.name}`)}`,
    '  title     = "Agent Platform caller (Vertex AI)"',
    `  ${direction}_from {`,
    `    identities = [${quoteHcl(identity)}]`,
    ...(direction === 'ingress' ? sources(rule) : []),
    '  }',
    `  ${direction}_to {`,
    `    ${rule.target.kind === 'project' ? 'resources' : 'external_resources'} = [${quoteHcl(rule.target.name)}]`,
    ...operations(),
    '  }',
    '}',
  ].join('\n');
}

function nameOf({ direction, perimeter, identity, source, target }: PerimeterRule): string {
  return `guestlist_${digest([direction, perimeter.policy, perimeter.name, identity, source, target.name]).slice(0, 8)}`;
}

function sources({ source }: PerimeterRule): readonly string[] {
  const line =
    source === '*'
      ? '      access_level = "*" # better: the access level the calls come from'
      : `      resource = ${quoteHcl(source)}`;
  return ['    sources {', line, '    }'];
}

function operations(): readonly string[] {
  return [
    '    operations {',
    '      service_name = "aiplatform.googleapis.com"',
    '      method_selectors {',
    '        method = "*"',
    '      }',
    '    }',
  ];
}
