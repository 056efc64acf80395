import { describe, expect, it } from 'vitest';
import { PLANTS } from './plant.ts';
import { runOnce } from './run-once.ts';

const RUNS = Number(process.env.SIMULATION_RUNS ?? 240);
const SEED = Number(process.env.SIMULATION_SEED ?? 20_261_125);

describe(`${RUNS} simulated runs with faults, from seed ${SEED}`, () => {
  it('threat: touch nobody else, grant each allowed denial once, keep to the limits and leave nothing half-done', async () => {
    const totals = { kills: 0, grants: 0 };
    for (let seed = SEED; seed < SEED + RUNS; seed += 1) {
      const { violations, kills, grants } = await runOnce(seed);
      expect({ seed, violations: [...new Set(violations)] }).toEqual({ seed, violations: [] });
      totals.kills += kills;
      totals.grants += grants;
    }
    // A simulation in which nothing happens would find nothing.
    expect(totals.kills).toBeGreaterThan(RUNS);
    expect(totals.grants).toBeGreaterThan(RUNS);
  }, 180_000);

  it('are the same for the same seed', async () => {
    const { steps, kills, reports } = await runOnce(SEED);
    expect(await runOnce(SEED)).toEqual(expect.objectContaining({ steps, kills, reports }));
  });
});

describe('the simulation', () => {
  it.each(PLANTS)(
    'finds a Guestlist that %s',
    async (plant) => {
      const found: string[] = [];
      for (let seed = 1; seed <= 300 && found.length === 0; seed += 1)
        found.push(...(await runOnce(seed, plant)).violations);
      expect(found).not.toEqual([]);
    },
    60_000,
  );
});
