import { describe, expect, it } from 'vitest';
import { checkConfiguration } from './check/check-configuration.ts';
import { readFolder, readTexts } from './configuration.ts';
import { PLANTS, plant, SOUND } from './planted.ts';
import { readSchemas } from './schema/provider-schemas.ts';

const deployed = await readFolder('deploy');
const sound = await readTexts({ 'main.tf': SOUND });
const schemas = readSchemas([...deployed.resources, ...sound.resources]);

describe.skipIf(schemas === null)('the check of a configuration against the google provider', () => {
  const check = async (text: string) => checkConfiguration(await readTexts({ 'main.tf': text }), schemas ?? NONE);

  it('finds nothing in a sound configuration', async () => {
    expect(await check(SOUND)).toEqual([]);
  });

  it.each(PLANTS)('finds $kind', async (planted) => {
    const issues = await check(plant(planted));
    expect(issues).toContainEqual(
      expect.objectContaining({ place: planted.place, message: expect.stringContaining(planted.message) }),
    );
  });

  it('finds nothing in deploy/', () => {
    expect(deployed.resources.length).toBeGreaterThan(50);
    expect(checkConfiguration(deployed, schemas ?? NONE)).toEqual([]);
  });
});

describe('a configuration', () => {
  it('that is no HCL is not read', async () => {
    await expect(readTexts({ 'main.tf': 'resource "google_pubsub_topic" {' })).rejects.toThrow(/main\.tf/);
  });
});

const NONE = { resource: {}, data: {} };
