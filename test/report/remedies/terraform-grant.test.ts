import { parse } from '@cdktf/hcl2json';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expiryCondition, expiryTime } from '../../../src/iam/grant-expiry.ts';
import type { Change } from '../../../src/remediation/change.ts';
import { terraformGrant, terraformGrantOf } from '../../../src/report/remedies/terraform-grant.ts';
import { hclText, hostileText } from '../../fixtures/hostile.ts';
import { CHANGE } from '../../fixtures/intent.ts';

const END = Date.parse('2026-12-31T23:59:59Z');
const TIMED: Change = { ...CHANGE, condition: expiryCondition(END, 'abc123'), expiresAt: expiryTime(END) };

async function read(change: Change) {
  const { importHcl, hcl } = terraformGrant(change);
  return JSON.parse(JSON.stringify(await parse('grant.tf', `${importHcl}\n\n${hcl}\n`)));
}

const conditions = fc.option(
  fc.record({ title: hostileText, description: hostileText, expression: hostileText, location: fc.constant('') }),
  { nil: null },
);
const changes: fc.Arbitrary<Change> = fc.record({
  project: hostileText,
  role: hostileText,
  member: hostileText,
  condition: conditions,
  expiresAt: fc.constant(null),
});

describe('the Terraform of a change', () => {
  it('is a resource that an import block can be about', async () => {
    const { name, address } = terraformGrant(TIMED);
    expect(address).toBe(`google_project_iam_member.${name}`);
    expect(await read(TIMED)).toEqual({
      import: [
        {
          to: `\${${address}}`,
          id: 'acme-ml roles/aiplatform.user user:alice@example.com guestlist_expires_20261231235959_abc123',
        },
      ],
      resource: {
        google_project_iam_member: {
          [name]: [
            {
              project: 'acme-ml',
              role: 'roles/aiplatform.user',
              member: 'user:alice@example.com',
              condition: [
                {
                  title: 'guestlist_expires_20261231235959_abc123',
                  expression: 'request.time < timestamp("2026-12-31T23:59:59Z")',
                },
              ],
            },
          ],
        },
      },
    });
  });

  it('is formatted as terraform fmt does', () => {
    expect(terraformGrant(TIMED).hcl.split('\n').slice(4, 8)).toEqual([
      '  condition {',
      '    title      = "guestlist_expires_20261231235959_abc123"',
      '    expression = "request.time < timestamp(\\"2026-12-31T23:59:59Z\\")"',
      '  }',
    ]);
  });

  it('has an import id of four words for every end of a grant, since its title holds no space', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 8e12 }), (end) => {
        const change = { ...TIMED, condition: expiryCondition(end, 'abc123') };
        const id = /id = "(.*)"/.exec(terraformGrant(change).importHcl)?.[1] ?? '';
        expect(id.split(' ')).toHaveLength(4);
      }),
    );
  });

  it('names the role by an expression where it is asked to', () => {
    expect(terraformGrantOf(CHANGE, 'google_project_iam_custom_role.x.id').hcl).toContain(
      '  role    = google_project_iam_custom_role.x.id\n',
    );
  });

  it('has a name of its own for each change, and the same one whenever it is asked for', () => {
    const alike: readonly Change[] = [
      CHANGE,
      TIMED,
      { ...CHANGE, member: 'user:a.lice@example.com' },
      { ...CHANGE, member: 'user:a-lice@example.com' },
      { ...CHANGE, member: 'serviceAccount:alice@example.com' },
      { ...CHANGE, role: 'projects/acme-ml/roles/user' },
    ];
    const names = alike.map((change) => terraformGrant(change).name);
    expect(new Set(names).size).toBe(alike.length);
    expect(terraformGrant({ ...CHANGE, member: 'user:Alice@Example.com' }).name).toBe(names[0]);
  });

  it('threat: gives an HCL parser exactly the values of the change, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(changes, async (change) => {
        const { name } = terraformGrant(change);
        expect(name).toMatch(/^[a-z][a-z0-9_]{1,120}$/);
        const parsed = await read(change);
        const [resource] = parsed.resource.google_project_iam_member[name];
        expect([resource.project, resource.role]).toEqual([hclText(change.project), hclText(change.role)]);
        expect(resource.member.toLowerCase()).toBe(hclText(change.member).toLowerCase());
        expect(parsed.import).toHaveLength(1);
        const { condition } = change;
        const [found] = resource.condition ?? [null];
        expect([found?.title, found?.expression, found?.description ?? '']).toEqual([
          condition === null ? undefined : hclText(condition.title),
          condition === null ? undefined : hclText(condition.expression),
          hclText(condition?.description ?? ''),
        ]);
      }),
      { numRuns: 80 },
    );
  });
});
