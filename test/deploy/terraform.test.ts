import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { at, keysAt } from './at.ts';
import { readFolder, readTexts } from './configuration.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { RUN_ACCOUNT, renderSinkFilter } from './filter/render-template.ts';
import { PLANTS, plant, SOUND } from './planted.ts';
import { readSchemas } from './schema/provider-schemas.ts';
import { type SchemaProviders, serveProviders } from './terraform/schema-provider.ts';
import { hasTerraform, openWorkspace, type Workspace } from './terraform/terraform-program.ts';
import { runTests, type State, type TestResults } from './terraform/test-states.ts';

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

  describe('in the tests of deploy/', () => {
    let results: TestResults;
    const stateOf = (run: string): State => results.states[run] ?? { resources: {}, outputs: {} };

    beforeAll(async () => {
      results = await runTests(workspace);
    }, 180_000);

    it('passes all', () => {
      expect(results.failures).toEqual([]);
      expect(results.summary).toMatch(/^Success! [1-9][0-9]* passed, 0 failed\.$/);
    });

    it.each(['remediate', 'sweep'])('gives %s an environment that it starts with', (name) => {
      const { resources } = stateOf('no_permission_to_write_exists');
      const address = `google_cloudfunctions2_function.guestlist["${name}"]`;
      const path = [address, 'service_config', 0, 'environment_variables'] as const;
      const known = keysAt(resources, ...path);
      const environment = known.map((variable) => [variable, String(at(resources, ...path, variable))] as const);
      expect(known.length).toBeGreaterThan(6);
      expect(readConfig(Object.fromEntries(environment))).toEqual(
        expect.objectContaining({
          ledger: 'firestore',
          identity: RUN_ACCOUNT,
          firestore: { project: 'acme-guestlist', database: 'guestlist' },
          reportTopic: { project: 'acme-guestlist', topic: 'guestlist-reports' },
          quarantineTopic: { project: 'acme-guestlist', topic: 'guestlist-quarantine' },
        }),
      );
    });

    it('gives the command line an environment that it starts with', () => {
      const { outputs } = stateOf('no_permission_to_write_exists');
      const given = [...String(outputs.command_line).matchAll(/^export (\w+)='(.*)'$/gm)];
      const environment = Object.fromEntries(given.map(([, name, value]) => [name ?? '', value ?? '']));
      expect(readConfig(environment)).toEqual(expect.objectContaining({ ledger: 'firestore', identity: RUN_ACCOUNT }));
    });

    it.each([
      ['no_permission_to_write_exists', []],
      ['every_option_is_taken', ['throttled', 'policy-violation', 'unauthenticated']],
    ])('renders the filter of the sink as it was tried out: %s', (run, kinds) => {
      const { resources, outputs } = stateOf(run);
      const filter = at(resources, 'google_logging_organization_sink.denials[0]', 'filter');
      expect(filter).toBe(renderSinkFilter(deployed, kinds));
      expect(outputs.sink_filter).toBe(filter);
    });

    it('renders filters of metrics that can be read', () => {
      const { resources } = stateOf('no_permission_to_write_exists');
      const filters = Object.entries(resources).filter(([address]) => address.startsWith('google_logging_metric.'));
      expect(filters).toHaveLength(6);
      for (const [, { filter }] of filters) expect(() => parseFilter(String(filter))).not.toThrow();
    });

    it('renders a dashboard whose charts look at metrics that are made', () => {
      const { resources } = stateOf('no_permission_to_write_exists');
      const json: unknown = JSON.parse(
        String(at(resources, 'google_monitoring_dashboard.guestlist', 'dashboard_json')),
      );
      const made = Object.values(resources).map(({ name }) => `logging.googleapis.com/user/${name}`);
      const charts = [...JSON.stringify(json).matchAll(/metric\.type=\\+"([a-z./_-]+)/g)].map(
        (match) => match[1] ?? '',
      );
      expect(charts).toHaveLength(6);
      expect(charts.filter((type) => type.includes('/user/') && !made.includes(type))).toEqual([]);
    });

    it('gives each alert a text that says what to do and where the rest is', () => {
      const { resources } = stateOf('no_permission_to_write_exists');
      const alerts = Object.entries(resources).filter(([address]) =>
        address.startsWith('google_monitoring_alert_policy.'),
      );
      expect(alerts).toHaveLength(10);
      for (const [, alert] of alerts) {
        expect(at(alert, 'documentation', 0, 'content')).toMatch(/^[^$]{80,}\n\nRunbook: deploy\/README\.md#[a-z-]+$/);
      }
    });
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
