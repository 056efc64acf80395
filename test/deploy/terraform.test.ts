import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { at, keysAt } from './at.ts';
import { bodies, readFolder, readTexts } from './configuration.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { CONSOLE_ACCOUNT, RUN_ACCOUNT, renderOwnWritesFilter, renderSinkFilter } from './filter/render-template.ts';
import { PLANTS, plant, SOUND } from './planted.ts';
import { readSchemas } from './schema/provider-schemas.ts';
import { type SchemaProviders, serveProviders } from './terraform/schema-provider.ts';
import { hasTerraform, openWorkspace, type Workspace } from './terraform/terraform-program.ts';
import { runTests, type State, type TestResults } from './terraform/test-states.ts';

const isThere = hasTerraform();
const deployed = await readFolder('deploy');
const sound = await readTexts({ 'main.tf': SOUND });
const schemas = isThere ? readSchemas([...deployed.resources, ...sound.resources]) : null;

const CONSOLE_RUN = 'the_proxy_alone_calls_it_and_those_named_alone_pass_the_proxy';
const CONSOLE_URL = 'https://guestlist-console-111122223333.europe-west1.run.app';

function environmentOfFunction({ resources }: State, name: string): Readonly<Record<string, string>> {
  const address = `google_cloudfunctions2_function.guestlist["${name}"]`;
  const path = [address, 'service_config', 0, 'environment_variables'] as const;
  return Object.fromEntries(
    keysAt(resources, ...path).map((variable) => [variable, String(at(resources, ...path, variable))]),
  );
}

// What comes from a secret has no value here.
function environmentOfConsole({ resources }: State): Readonly<Record<string, string>> {
  const service = at(resources, 'google_cloud_run_v2_service.console[0]');
  const variables = bodies(at(service, 'template', 0, 'containers', 0, 'env'));
  return Object.fromEntries(
    variables.filter(({ value }) => typeof value === 'string').map(({ name, value }) => [String(name), String(value)]),
  );
}

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
      const environment = environmentOfFunction(stateOf('no_permission_to_write_exists'), name);
      expect(Object.keys(environment).length).toBeGreaterThan(6);
      expect(readConfig(environment)).toEqual(
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

    it('gives the console an environment that it starts with, and nothing that is about messages', () => {
      const environment = environmentOfConsole(stateOf(CONSOLE_RUN));
      expect(environment.FUNCTION_TARGET).toBe('console');
      expect(readConfig(environment)).toEqual(
        expect.objectContaining({
          ledger: 'firestore',
          identity: RUN_ACCOUNT,
          reportTopic: { project: 'acme-guestlist', topic: 'guestlist-reports' },
          quarantineTopic: null,
          pushIdentity: null,
          console: {
            origin: CONSOLE_URL,
            audience: '/projects/111122223333/locations/europe-west1/services/guestlist-console',
            viewers: { kind: 'everybody' },
            account: CONSOLE_ACCOUNT,
          },
        }),
      );
    });

    it('tells the console who may look, where that is said', () => {
      const { console } = readConfig({
        ...environmentOfConsole(stateOf('it_has_what_channels_and_viewers_need')),
        GUESTLIST_SLACK_TOKEN: 'xoxb-0-0-a',
      });
      expect(console.viewers).toEqual({ kind: 'listed', names: ['ada@example.com', 'example.org'] });
    });

    it.each(['remediate', 'sweep'])('tells %s where the console is and who it runs as, and no more of it', (name) => {
      expect(readConfig(environmentOfFunction(stateOf(CONSOLE_RUN), name)).console).toEqual({
        origin: CONSOLE_URL,
        audience: null,
        viewers: { kind: 'everybody' },
        account: CONSOLE_ACCOUNT,
      });
    });

    it('leaves no trace of a console that nobody asked for', () => {
      const { resources, outputs } = stateOf('no_permission_to_write_exists');
      expect(Object.keys(resources).length).toBeGreaterThan(80);
      expect(JSON.stringify([resources, outputs.next_steps, outputs.command_line])).not.toMatch(
        /guestlist-console|CONSOLE|iap\.|gcp-sa-iap/,
      );
      expect(outputs.console_url ?? null).toBeNull();
    });

    it('changes only what has to know it when a console is asked for', () => {
      const before = stateOf('an_apply_install_of_the_same_settings').resources;
      const after = stateOf(CONSOLE_RUN).resources;
      const changed = Object.keys(before).filter(
        (address) => !address.startsWith('data.') && !isDeepStrictEqual(before[address], after[address]),
      );
      expect(changed.toSorted()).toEqual([
        'google_cloudfunctions2_function.guestlist["remediate"]',
        'google_cloudfunctions2_function.guestlist["sweep"]',
        'google_logging_metric.guestlist["events"]',
        'google_logging_metric.guestlist["incident-writes"]',
        'google_logging_metric.guestlist["unexpected-grants"]',
        'google_logging_metric.guestlist["unmarked-writes"]',
        'google_logging_organization_sink.denials[0]',
        'google_logging_organization_sink.own_writes[0]',
        'google_organization_iam_custom_role.guestlist',
        'google_pubsub_topic_iam_binding.report_writers',
      ]);
      const added = Object.keys(after).filter((address) => !Object.hasOwn(before, address));
      expect(
        added.filter((address) => !/console|iap\.googleapis\.com|google_cloud_run_v2_service\.built/.test(address)),
      ).toEqual([]);
    });

    it('renders the filters of both sinks for both accounts where there is a console', () => {
      const own = [RUN_ACCOUNT, CONSOLE_ACCOUNT];
      const filterOf = (name: string) =>
        at(stateOf(CONSOLE_RUN).resources, `google_logging_organization_sink.${name}[0]`, 'filter');
      expect(filterOf('denials')).toBe(renderSinkFilter(deployed, [], own));
      expect(filterOf('own_writes')).toBe(renderOwnWritesFilter(deployed, own));
      expect(() => parseFilter(String(filterOf('own_writes')))).not.toThrow();
    });

    it.each([
      ['no_permission_to_write_exists', 5],
      [CONSOLE_RUN, 6],
    ])('says what to do next in numbered lines: %s', (run, count) => {
      const steps = String(stateOf(run).outputs.next_steps).match(/^\S.*$/gm) ?? [];
      expect(steps.map((line) => Number.parseInt(line, 10))).toEqual(
        Array.from({ length: count }, (_, index) => index + 1),
      );
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

    it.each(['no_permission_to_write_exists', CONSOLE_RUN])(
      'renders filters of metrics that can be read: %s',
      (run) => {
        const { resources } = stateOf(run);
        const filters = Object.entries(resources).filter(([address]) => address.startsWith('google_logging_metric.'));
        expect(filters).toHaveLength(6);
        for (const [, { filter }] of filters) expect(() => parseFilter(String(filter))).not.toThrow();
      },
    );

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

    it.each([
      ['no_permission_to_write_exists', 10],
      [CONSOLE_RUN, 12],
    ])('gives each alert a text that says what to do and where the rest is: %s', (run, count) => {
      const { resources } = stateOf(run);
      const alerts = Object.entries(resources).filter(([address]) =>
        address.startsWith('google_monitoring_alert_policy.'),
      );
      expect(alerts).toHaveLength(count);
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
