import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import type { PerimeterViolation } from '../../../src/denial/denial.ts';
import { asServiceAccount } from '../../../src/local/demo/demo-entries.ts';
import { plainLine } from '../../../src/report/quote-shell.ts';
import { quoteYaml } from '../../../src/report/quote-yaml.ts';
import { perimeterRemedies } from '../../../src/report/remedies/perimeter-remedies.ts';
import { type PerimeterRule, perimeterRule } from '../../../src/report/remedies/perimeter-rule.ts';
import { perimeterTerraform } from '../../../src/report/remedies/perimeter-terraform.ts';
import { perimeterYaml } from '../../../src/report/remedies/perimeter-yaml.ts';
import { CHAT, denialBy } from '../../fixtures/case.ts';
import { hclText, hostileText } from '../../fixtures/hostile.ts';
import { perimeterViolation } from '../../fixtures/perimeter.ts';

const OPERATIONS = [{ serviceName: 'aiplatform.googleapis.com', methodSelectors: [{ method: '*' }] }];
const HCL_OPERATIONS = [{ service_name: 'aiplatform.googleapis.com', method_selectors: [{ method: '*' }] }];

async function readTerraform(rule: PerimeterRule) {
  const { resource } = JSON.parse(JSON.stringify(await parse('rule.tf', perimeterTerraform(rule))));
  const [type = ''] = Object.keys(resource);
  const [name = ''] = Object.keys(resource[type]);
  return { type, rule: resource[type][name][0] };
}

describe('the rule for a service perimeter', () => {
  it('is, for a call from outside, as narrow as the violation lets it be', async () => {
    const rule = perimeterRule(
      denialBy(),
      perimeterViolation({ target: 'projects/444455556666', source: 'projects/111122223333' }),
      'ingress',
    );
    expect(parseYaml(perimeterYaml(rule))).toEqual([
      {
        ingressFrom: { identities: [CHAT], sources: [{ resource: 'projects/111122223333' }] },
        ingressTo: { operations: OPERATIONS, resources: ['projects/444455556666'] },
      },
    ]);
    expect(await readTerraform(rule)).toEqual({
      type: 'google_access_context_manager_service_perimeter_ingress_policy',
      rule: {
        perimeter: 'accessPolicies/987654/servicePerimeters/models',
        title: 'Agent Platform caller (Vertex AI)',
        ingress_from: [{ identities: [CHAT], sources: [{ resource: 'projects/111122223333' }] }],
        ingress_to: [{ resources: ['projects/444455556666'], operations: HCL_OPERATIONS }],
      },
    });
  });

  it('opens anywhere as the source only where the entry names none, and says that better is possible', () => {
    const yaml = perimeterYaml(perimeterRule(denialBy(), perimeterViolation({ target: 'projects/55556' }), 'ingress'));
    expect(parseYaml(yaml)[0].ingressFrom.sources).toEqual([{ accessLevel: '*' }]);
    expect(yaml).toContain('# better:');
  });

  it('is, for a call to the outside, about what lies outside, never about the project of the entry', async () => {
    const outside = perimeterRule(denialBy(), perimeterViolation({ target: 'projects/999900001111' }), 'egress');
    expect(parseYaml(perimeterYaml(outside))).toEqual([
      {
        egressFrom: { identities: [CHAT] },
        egressTo: { operations: OPERATIONS, resources: ['projects/999900001111'] },
      },
    ]);
    const unnamed = perimeterRule(denialBy(), perimeterViolation({ member: 'projects/444455556666' }), 'egress');
    expect(unnamed.target).toEqual({ kind: 'project', name: 'projects/FILL_IN_PROJECT_NUMBER' });
    expect((await readTerraform(outside)).rule).toEqual(
      expect.objectContaining({
        egress_from: [{ identities: [CHAT] }],
        egress_to: [{ resources: ['projects/999900001111'], operations: HCL_OPERATIONS }],
      }),
    );
  });

  it.each([
    ['s3://acme-models/weights/1', 's3://acme-models'],
    ['azure://acme.blob.core.windows.net/models/1', 'azure://acme.blob.core.windows.net/models'],
  ])('names %s outside Google Cloud as an external resource', async (target, name) => {
    const rule = perimeterRule(denialBy(), perimeterViolation({ target }), 'egress');
    const [yaml] = parseYaml(perimeterYaml(rule));
    expect(yaml.egressTo).toEqual({ operations: OPERATIONS, externalResources: [name] });
    expect((await readTerraform(rule)).rule).toEqual(
      expect.objectContaining({ egress_to: [{ external_resources: [name], operations: HCL_OPERATIONS }] }),
    );
  });

  it.each([
    [{ principalSubject: 'user:Alice@Example.com' }, 'user:alice@example.com'],
    [
      {
        principalSubject:
          'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/github/subject/repo:acme/x',
      },
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/github/subject/repo:acme/x',
    ],
    [{ principalSubject: 'serviceAccount:acme-ml.svc.id.goog[ns/app]' }, 'serviceAccount:FILL_IN'],
    [{ principalEmail: 'a...e@e...m' }, 'serviceAccount:FILL_IN'],
  ])('names the caller %o as %s', (caller, identity) => {
    expect(perimeterRule(denialBy(caller), perimeterViolation(), 'ingress').identity).toBe(identity);
  });

  it('says which parts the entry does not tell', () => {
    const [warning] = perimeterRemedies(denialBy(), perimeterViolation({ perimeter: null }), 'acme-ml');
    expect(warning?.text).toContain('FILL_IN');
    const [complete] = perimeterRemedies(denialBy(), perimeterViolation({ target: 'projects/55556' }), 'acme-ml');
    expect(complete?.text).not.toContain('FILL_IN');
  });

  it('says when the entry does not tell the direction', () => {
    const [warning] = perimeterRemedies(denialBy(), perimeterViolation({ direction: 'unknown' }), 'acme-ml');
    expect(warning?.text).toContain('does not say in which direction');
  });
});

describe('threat: a value of a perimeter record that escapes its quotes', () => {
  const violations: fc.Arbitrary<Partial<PerimeterViolation>> = fc.record({
    perimeter: fc.oneof(
      hostileText,
      hostileText.map((text) => `accessPolicies/1/servicePerimeters/${text}`),
      hostileText.map((text) => `accessPolicies/${text}/servicePerimeters/models`),
    ),
    target: fc.oneof(
      hostileText,
      hostileText.map((text) => `s3://${text}`),
    ),
    source: hostileText.map((text) => `projects/${text}`),
    member: hostileText,
    direction: fc.constantFrom('ingress', 'egress', 'unknown', 'accessible-services'),
  });
  const callers = fc.oneof(
    hostileText.map((principalSubject) => ({ principalSubject })),
    hostileText.map((text) => asServiceAccount(`${text}@acme-ml.iam.gserviceaccount.com`)),
  );

  it('leaves only values of the right form in YAML, Terraform and commands', async () => {
    await fc.assert(
      fc.asyncProperty(violations, callers, async (change, caller) => {
        const denial = denialBy(caller);
        const violation = perimeterViolation(change);
        for (const direction of ['ingress', 'egress'] as const) {
          const rule = perimeterRule(denial, violation, direction);
          const [yaml] = parseYaml(perimeterYaml(rule));
          expect(Object.keys(yaml)).toEqual([`${direction}From`, `${direction}To`]);
          expect(yaml[`${direction}From`].identities).toEqual([rule.identity]);
          const terraform = await readTerraform(rule);
          expect(Object.keys(terraform.rule).toSorted()).toEqual(
            ['perimeter', 'title', `${direction}_from`, `${direction}_to`].toSorted(),
          );
          expect(JSON.stringify(rule)).not.toMatch(/[\s`;$'<>]/);
        }
        for (const { kind, text } of perimeterRemedies(denial, violation, 'acme-ml'))
          if (kind === 'gcloud') expect(text).toMatch(/^gcloud [-\w .='/():>;&^,\\\n]+$/);
      }),
      { numRuns: 60 },
    );
  });

  it('a YAML parser reads every quoted text back as that text', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(quoteYaml(text)).toMatch(/^[ -~]+$/);
        expect(parseYaml(`- a: ${quoteYaml(text)}\n  b: 1\n`)).toEqual([{ a: plainLine(text), b: 1 }]);
      }),
      { numRuns: 300 },
    );
  });

  it('an HCL parser reads the names of a rule back as they are', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, hostileText, async (identity, name) => {
        const rule: PerimeterRule = {
          direction: 'ingress',
          perimeter: { policy: '1', name: 'x' },
          identity,
          source: name,
          target: { kind: 'project', name },
        };
        expect((await readTerraform(rule)).rule).toEqual(
          expect.objectContaining({
            ingress_to: [{ resources: [hclText(name)], operations: HCL_OPERATIONS }],
            ingress_from: [expect.objectContaining({ identities: [hclText(identity)] })],
          }),
        );
      }),
      { numRuns: 60 },
    );
  });
});
