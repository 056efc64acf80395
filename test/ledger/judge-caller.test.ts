import { describe, expect, it } from 'vitest';
import type { Denial, PerimeterViolation } from '../../src/denial/denial.ts';
import { DEFAULT_SUSPICION_LIMITS, judgeCaller, sightedNames, withSighting } from '../../src/ledger/judge-caller.ts';
import { recordToText } from '../../src/ledger/record-text.ts';
import type { Sighting } from '../../src/ledger/records.ts';
import { denialBy } from '../fixtures/case.ts';

const MOST_BYTES = 500_000;
const START = Date.parse('2026-11-20T10:00:00Z');

function perimeterOf(name: string, names: readonly string[]): PerimeterViolation {
  const texts = { uniqueId: name, reason: name, perimeter: name, target: name, source: name, member: name };
  return { ...texts, direction: 'unknown', permissions: names, accessLevels: names };
}

/** A denial that names very much, each name very long. */
function largeDenial(filling: string, after: number): Denial {
  const names = Array.from({ length: 1_000 }, (_, index) => `${index}${filling.repeat(10_000)}`);
  const perimeter = perimeterOf(filling.repeat(10_000), names);
  return { ...denialBy(), at: new Date(START + after).toISOString(), permissions: names, perimeter };
}

describe('what is kept of a caller', () => {
  it.each([
    ['plain letters', 'a'],
    ['control characters, which JSON spells by six', '\u0001'],
    ['halves of a pair, which JSON spells by six', '\ud800'],
    ['characters of three bytes', '\u20ac'],
    ['quotes', '"'],
  ])('stays small, however many denials there are with names as long as can be: %s', (_name, filling) => {
    let seen: readonly Sighting[] = [];
    for (let incident = 0; incident < 120; incident += 1) {
      const incidentId = `i-${String(incident).padStart(24, '0')}`;
      for (let time = 0; time < 25; time += 1)
        seen = withSighting(seen, largeDenial(filling, time * 60_000), incidentId);
    }
    const bytes = Buffer.byteLength(recordToText({ sightings: seen }));
    expect(seen).toHaveLength(100);
    expect(bytes).toBeGreaterThan(100_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it('names usual perimeters and permissions whole', () => {
    const names = ['aiplatform.endpoints.predict', 'aiplatform.endpoints.explain'];
    const perimeter = perimeterOf('accessPolicies/1/servicePerimeters/models', names);
    expect(sightedNames({ ...denialBy(), permissions: names, perimeter })).toEqual({
      permissions: names,
      project: 'acme-ml',
      perimeter,
    });
  });

  it('still looks like exploring where one call was refused on very many permissions', () => {
    const permissions = Array.from({ length: 50 }, (_, index) => `aiplatform.things.do${index}`);
    const at = START;
    const seen = withSighting([], { ...denialBy(), at: new Date(at).toISOString(), permissions }, 'i');
    const judge = (caller: readonly Sighting[]) =>
      judgeCaller({ at, incidentId: 'i' }, { caller, unnamed: [] }, DEFAULT_SUSPICION_LIMITS).suspicion.kind;
    expect(judge(seen)).toBe('reconnaissance');
    expect(judge(seen.map((sighting) => ({ ...sighting, permissions: permissions.slice(0, 5) })))).toBe('none');
  });
});
