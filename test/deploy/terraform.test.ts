import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFolder, readTexts } from './configuration.ts';
import { PLANTS, plant, SOUND } from './planted.ts';
import { readSchemas } from './schema/provider-schemas.ts';
import { type SchemaProviders, serveProviders } from './terraform/schema-provider.ts';
import { hasTerraform, openWorkspace, type Workspace } from './terraform/terraform-program.ts';

const isThere = hasTerraform();
const deployed = await readFolder('deploy');
const sound = await readTexts({ 'main.tf': SOUND });
const schemas = isThere ? readSchemas([...deployed.resources, ...sound.resources]) : null;

describe.skipIf(schemas === null)('Terraform itself, with a provider that knows its schemas alone', () => {
  let providers: SchemaProviders;
  let workspace: Workspace;

  beforeAll(async () => {
    providers = await serveProviders(schemas ?? { resource: {}, data: {} });
    workspace = await openWorkspace('deploy', providers.environment);
  });

  afterAll(() => {
    workspace.remove();
    providers.stop();
  });

  it('finds every file of deploy/ formatted', async () => {
    expect(await workspace.run(['fmt', '-check', '-recursive', '-diff'])).toEqual({ status: 0, output: '' });
  });

  it('finds deploy/ valid', async () => {
    expect(await workspace.run(['validate', '-no-color'])).toEqual({
      status: 0,
      output: expect.stringContaining('The configuration is valid'),
    });
  });

  it('sees the tests of deploy/ pass', { timeout: 180_000 }, async () => {
    const { status, output } = await workspace.run(['test', '-no-color']);
    expect(output).toMatch(/Success! [1-9][0-9]* passed, 0 failed\./);
    expect(status).toBe(0);
  });
});

describe.skipIf(schemas === null)('Terraform with that provider sees a planted mistake:', () => {
  let providers: SchemaProviders;
  let workspace: Workspace;

  beforeAll(async () => {
    providers = await serveProviders(schemas ?? { resource: {}, data: {} });
    workspace = await openWorkspace('test/deploy/terraform', providers.environment, (folder) =>
      writeFileSync(join(folder, 'main.tf'), SOUND),
    );
  });

  afterAll(() => {
    workspace.remove();
    providers.stop();
  });

  it('none in a sound configuration', async () => {
    writeFileSync(join(workspace.folder, 'main.tf'), SOUND);
    expect(await workspace.run(['validate', '-no-color'])).toEqual(expect.objectContaining({ status: 0 }));
  });

  it.each(PLANTS.filter(({ terraform }) => terraform === 'sees-it'))('$kind', async (planted) => {
    writeFileSync(join(workspace.folder, 'main.tf'), plant(planted));
    expect(await workspace.run(['validate', '-no-color'])).toEqual(expect.objectContaining({ status: 1 }));
  });
});
