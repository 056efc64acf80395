import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { at } from './at.ts';
import { type Resource, readFolder } from './configuration.ts';

const deployed = await readFolder('deploy');
const ROLE = String(deployed.resources.find(isCustomRole('guestlist'))?.body.permissions);

/** What predefined roles that the run account is given are there for: permissions that the code names. */
const PREDEFINED: Readonly<Record<string, readonly string[]>> = {
  'roles/datastore.user': [
    'datastore.entities.create',
    'datastore.entities.get',
    'datastore.entities.list',
    'datastore.entities.update',
  ],
  'roles/logging.logWriter': ['logging.logEntries.create'],
  'roles/pubsub.publisher': ['pubsub.topics.publish'],
  'roles/iam.securityReviewer': ['roles/iam.securityReviewer'],
  'roles/iam.denyReviewer': ['roles/iam.denyReviewer'],
  // No call of the code: the platform mounts secrets, and counts calls on the project, as the run account.
  'roles/secretmanager.secretAccessor': [],
  'roles/serviceusage.serviceUsageConsumer': [],
};

/** What the code can need in another installation than this one, and why not here. */
const NOT_HERE: Readonly<Record<string, string>> = {
  'storage.objects.get': 'the allowlist is a mounted secret, not an object in Cloud Storage',
  'logging.sinks.get': 'doctor asks for it, with the rights of whoever runs it',
  'pubsub.subscriptions.get': 'the same',
  'pubsub.topics.getIamPolicy': 'the same',
  'logging.logEntries.list': 'backtest reads a history, with the rights of whoever runs it',
  'logging.privateLogEntries.list': 'the same',
  'resourcemanager.folders.list': 'the same',
  'resourcemanager.projects.list': 'the same',
};

const bindingsOf = (account: string) =>
  deployed.resources.filter(({ body }) =>
    new RegExp(`google_service_account\\.${account}(?:\\[[0*]\\])?\\.member`).test(JSON.stringify(body)),
  );

describe('the permissions of the run account', () => {
  const bound = bindingsOf('run');
  const predefined = bound.flatMap(rolesOf).filter((role) => role.startsWith('roles/'));

  it('are those that the code says it needs, no more and no less', () => {
    const needed = permissionsNamedIn('src/google').filter((name) => !Object.hasOwn(NOT_HERE, name));
    const granted = [...predefined.flatMap((role) => PREDEFINED[role] ?? []), ...permissionsOfRole()];
    expect([...new Set(granted)].toSorted()).toEqual([...new Set(needed)].toSorted());
  });

  it('come from roles that somebody has thought about', () => {
    expect(predefined.filter((role) => !Object.hasOwn(PREDEFINED, role))).toEqual([]);
  });

  it('outside the project come from its own role, its reads above folders, and the Troubleshooter alone', () => {
    const outside = bound.filter(({ type }) => /^google_(?:organization|folder)_/.test(type));
    expect(outside.map(({ type, name }) => `${type}.${name}`).toSorted()).toEqual([
      'google_folder_iam_member.guestlist',
      'google_folder_iam_member.troubleshooter',
      'google_organization_iam_member.ancestors',
      'google_organization_iam_member.guestlist',
      'google_organization_iam_member.troubleshooter',
    ]);
  });

  it('to write policies stand in one place, behind var.apply', () => {
    expect(ROLE).toMatch(/^\$\{local\.permissions\}$/);
    expect(String(deployed.locals.permissions)).toMatch(
      /var\.apply \? \["resourcemanager\.projects\.setIamPolicy"\] : \[\]/,
    );
    const writing = deployed.resources.filter(({ body }) => /[a-z]\.setIamPolicy/.test(JSON.stringify(body)));
    expect(writing.map(({ type }) => type)).toEqual(['google_iam_deny_policy']);
  });

  it('to look who can act as an account are there only with a console: on a command line whoever approves looks', () => {
    expect(String(deployed.locals.permissions)).toMatch(
      /local\.has_console \? \["iam\.serviceAccounts\.getIamPolicy"\] : \[\]/,
    );
  });

  it('are bound under the condition wherever the role is bound', () => {
    const binding = bound.filter(({ name, type }) => name === 'guestlist' && type.endsWith('_iam_member'));
    expect(binding).toHaveLength(2);
    for (const { body } of binding)
      expect(body.condition).toEqual([expect.objectContaining({ expression: '${local.one_role_only.expression}' })]);
    expect(at(deployed.locals, 'one_role_only', 'expression')).toBe(
      "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly(['${var.role}'])",
    );
  });
});

describe("the permissions of the console's account", () => {
  const bound = bindingsOf('console');
  const grantOf = ({ type, body }: Resource) => `${type} ${body.role} ${JSON.stringify(body.condition ?? 'always')}`;
  const isOf = (name: string) => (resource: Resource) => resource.name === name;

  it('are those of the run account, under the same conditions, but for the quarantine', () => {
    const ofRun = bindingsOf('run').filter(({ name }) => name !== 'quarantine_writers');
    expect(bound.map(grantOf).toSorted()).toEqual(ofRun.map(grantOf).toSorted());
  });

  it('are there only with a console', () => {
    const own = bound.filter(({ name }) => name !== 'report_writers');
    expect(own.length).toBeGreaterThan(9);
    expect(
      own
        .filter(({ body }) => !/\blocal\.has_console\b/.test(String(body.count ?? body.for_each)))
        .map(({ name }) => name),
    ).toEqual([]);
  });

  it('are not for calling anything: the proxy alone may call it, and nobody is let in from everywhere', () => {
    const invoker = deployed.resources.find(isOf('console_invoker'));
    const users = deployed.resources.find(isOf('console_users'));
    expect(invoker?.body).toEqual(
      expect.objectContaining({ role: 'roles/run.invoker', members: ['${local.iap_agent}'] }),
    );
    expect(users?.body).toEqual(
      expect.objectContaining({ role: 'roles/iap.httpsResourceAccessor', members: '${var.console_users}' }),
    );
    const everybody = deployed.resources.filter(({ body }) =>
      /allUsers|allAuthenticatedUsers/.test(String(body.members)),
    );
    expect(everybody).toEqual([]);
  });
});

describe('the other accounts', () => {
  const rolesFor = (account: string) =>
    bindingsOf(account)
      .map(({ type, body }) => `${type.replace('google_', '')} ${String(body.role)}`)
      .toSorted();

  it('push may call the functions and nothing else', () => {
    expect(rolesFor('push')).toEqual(['cloud_run_v2_service_iam_binding roles/run.invoker']);
  });

  it('build may read the zip, write images and logs, and nothing else', () => {
    expect(rolesFor('build')).toEqual([
      'artifact_registry_repository_iam_member roles/artifactregistry.writer',
      'project_iam_member roles/logging.logWriter',
      'project_iam_member roles/storage.objectViewer',
    ]);
  });

  it('have no keys', () => {
    expect(deployed.resources.filter(({ type }) => type === 'google_service_account_key')).toEqual([]);
  });
});

function isCustomRole(name: string) {
  return (resource: Resource) => resource.type === 'google_organization_iam_custom_role' && resource.name === name;
}

function permissionsOfRole(): readonly string[] {
  const listed = String(deployed.locals.permissions).match(/"[a-zA-Z]+\.[a-zA-Z]+\.[a-zA-Z]+"/g) ?? [];
  return listed.map((name) => name.slice(1, -1));
}

function rolesOf({ body }: Resource): readonly string[] {
  if (body.role !== '${each.value}' && body.role !== '${each.value[1]}') return [String(body.role)];
  return String(deployed.locals.troubleshooter_roles).match(/roles\/[a-zA-Z.]+/g) ?? [];
}

/** What doc comments say each call needs: everything in backquotes between `Needs` and the end of its sentence. */
function permissionsNamedIn(folder: string): readonly string[] {
  const comments = readdirSync(folder)
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .flatMap((text) => text.match(/\/\*\*[\s\S]*?\*\//g) ?? [])
    .map((comment) => comment.replaceAll(/\s*\n\s*\*\s?/g, ' '));
  return comments.flatMap((comment) => {
    const sentences = comment.match(/Needs [\s\S]*?(?:[.:](?=\s|$)|\*\/)/g) ?? [];
    return sentences.flatMap((sentence) =>
      [...sentence.matchAll(/`((?:roles\/)?[a-zA-Z]+(?:\.[a-zA-Z]+)+)`/g)]
        .map((match) => match[1] ?? '')
        .filter((name) => !name.endsWith('.googleapis.com')),
    );
  });
}
