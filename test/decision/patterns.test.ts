import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesMember, namesLiterally } from '../../src/decision/member-pattern.ts';
import { matchesName } from '../../src/decision/name-pattern.ts';
import { matchesProject } from '../../src/decision/project-pattern.ts';
import { parseMember } from '../../src/iam/principal.ts';

/** A slow reading of the same words: try every way to give each star characters of one part. */
function reads(pattern: string, name: string): boolean {
  if (pattern === '') return name === '';
  if (!pattern.startsWith('*')) return name !== '' && pattern[0] === name[0] && reads(pattern.slice(1), name.slice(1));
  if (reads(pattern.slice(1), name)) return true;
  return name !== '' && !'@./:[]'.includes(name.charAt(0)) && reads(pattern, name.slice(1));
}

const letters = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.', '@', '/', ':'), maxLength: 10 });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '.', '@', '/', ':'), maxLength: 8 });

describe('a pattern', () => {
  it('accepts exactly what a slow and simple reading of it accepts', () => {
    fc.assert(
      fc.property(pattern, letters, (text, name) => {
        expect(matchesName({ text }, name)).toBe(reads(text, name));
      }),
      { numRuns: 20_000 },
    );
  });

  it('accepts its own literal text only, without a star', () => {
    fc.assert(
      fc.property(letters, letters, (text, name) => {
        expect(matchesName({ text }, name)).toBe(text === name);
      }),
    );
  });

  it('is fast with many stars', () => {
    expect(matchesName({ text: `${'*a'.repeat(30)}b` }, 'a'.repeat(250))).toBe(false);
  });

  it.each([
    ['serviceAccount:*@acme-ml.iam.gserviceaccount.com', 'serviceAccount:x@acme-ml.iam.gserviceaccount.com', true],
    [
      'serviceAccount:*@acme-ml.iam.gserviceaccount.com',
      'serviceAccount:x@acme-ml.iam.gserviceaccount.com.evil.example',
      false,
    ],
    ['serviceAccount:*@{project}.iam.gserviceaccount.com', 'serviceAccount:x@acme-ml.iam.gserviceaccount.com', true],
    [
      'serviceAccount:*@{project}.iam.gserviceaccount.com',
      'serviceAccount:x@acme-ml-evil.iam.gserviceaccount.com',
      false,
    ],
    ['user:*@example.com', 'user:alice@example.com', true],
    ['user:*@example.com', 'user:ALICE@Example.Com', true],
    ['user:*@example.com', 'user:alice@example.com.evil.example', false],
    ['user:*@example.com', 'user:alice@notexample.com', false],
    ['user:*@example.com', 'serviceAccount:x@acme-ml.iam.gserviceaccount.com', false],
  ])('threat: %s covers %s: %s', (text, member, isCovered) => {
    expect(matchesMember({ text }, parseMember(member), 'acme-ml')).toBe(isCovered);
  });

  it('with {project} covers nobody while the project is not known', () => {
    const principal = parseMember('serviceAccount:x@acme-ml.iam.gserviceaccount.com');
    expect(matchesMember({ text: 'serviceAccount:*@{project}.iam.gserviceaccount.com' }, principal, null)).toBe(false);
  });

  it('with {project} knows how domain-scoped projects stand in addresses', () => {
    const principal = parseMember('serviceAccount:x@web.example.com.iam.gserviceaccount.com');
    expect(principal.kind).toBe('unrecognized');
    const longer = parseMember('serviceAccount:x@website.example.com.iam.gserviceaccount.com');
    expect(
      matchesMember({ text: 'serviceAccount:*@{project}.iam.gserviceaccount.com' }, longer, 'example.com:website'),
    ).toBe(true);
  });

  it('covers a Kubernetes workload under both of its spellings', () => {
    const long =
      'principal://iam.googleapis.com/projects/111122223333/locations/global/workloadIdentityPools/acme-ml.svc.id.goog/subject/ns/prod/sa/web';
    const short = 'serviceAccount:acme-ml.svc.id.goog[prod/web]';
    expect(matchesMember({ text: short }, parseMember(long), null)).toBe(true);
    expect(matchesMember({ text: long }, parseMember(short), null)).toBe(true);
    expect(matchesMember({ text: short.replace('prod', 'test') }, parseMember(long), null)).toBe(false);
  });

  it('names an account literally only without star and placeholder', () => {
    const principal = parseMember('serviceAccount:1234567-compute@developer.gserviceaccount.com');
    expect(namesLiterally({ text: 'serviceAccount:1234567-compute@developer.gserviceaccount.com' }, principal)).toBe(
      true,
    );
    expect(namesLiterally({ text: 'serviceAccount:*@developer.gserviceaccount.com' }, principal)).toBe(false);
  });

  it('for projects compares whole names, and says when it cannot know', () => {
    const project = { id: 'ds-evil', number: '1', ancestors: ['folders/456', 'organizations/1'] };
    expect(matchesProject({ kind: 'under', resource: 'folders/45' }, project)).toBe('not-matched');
    expect(matchesProject({ kind: 'under', resource: 'folders/456' }, project)).toBe('matched');
    expect(matchesProject({ kind: 'under', resource: 'folders/456' }, { id: 'x', number: null, ancestors: null })).toBe(
      'not-known',
    );
    expect(matchesProject({ kind: 'project-id', text: 'ds' }, project)).toBe('not-matched');
    expect(matchesProject({ kind: 'project-id', text: 'ds-*' }, { id: null, number: null, ancestors: null })).toBe(
      'not-known',
    );
  });
});
