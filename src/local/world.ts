import type { Policy } from '../iam/policy.ts';
import { parseProject } from '../iam/project.ts';
import { describe, type FieldIssue, type Fields, isRecord, readFields } from '../ingest/fields.ts';
import { policyFromJson } from './policy-json.ts';

/** A small Google Cloud as one value: what a caller may read. A policy that is null may not be read. */
export interface World {
  readonly organization: WorldNode;
  readonly folders: readonly WorldNode[];
  readonly projects: readonly WorldProject[];
  readonly roles: readonly WorldRole[];
  readonly explanations: readonly WorldExplanation[];
}

/** The organization or a folder. The organization's parent is empty. */
export interface WorldNode {
  readonly name: string;
  readonly parent: string;
  readonly policy: Policy | null;
}

/** A project with its place. */
export interface WorldProject {
  readonly projectId: string;
  readonly projectNumber: string;
  readonly parent: string;
  readonly state: string;
  readonly policy: Policy | null;
}

/** A custom role. */
export interface WorldRole {
  readonly name: string;
  readonly title: string;
  readonly includedPermissions: readonly string[];
}

/** What the Policy Troubleshooter would say of one principal and permission. */
export interface WorldExplanation {
  readonly principal: string;
  readonly project: string;
  readonly permission: string;
  readonly denied: string;
  readonly policy: string;
}

/** One thing wrong in a world file. */
export interface WorldIssue {
  readonly place: string;
  readonly code: 'wrong-type' | 'unknown-key' | 'bad-value' | 'duplicate' | 'missing';
  readonly message: string;
}

/** A world, with the keys that were passed over, or everything that is wrong with the file. */
export type WorldReading =
  | { readonly kind: 'world'; readonly world: World; readonly warnings: readonly WorldIssue[] }
  | { readonly kind: 'issues'; readonly issues: readonly WorldIssue[] };

const KEYS: Readonly<
  Record<'root' | 'node' | 'project' | 'role' | 'explanation' | 'policy' | 'binding' | 'condition', readonly string[]>
> = {
  root: ['organization', 'folders', 'projects', 'roles', 'explanations'],
  node: ['name', 'parent', 'displayName', 'policy'],
  project: ['projectId', 'projectNumber', 'parent', 'state', 'displayName', 'labels', 'policy'],
  role: ['name', 'title', 'description', 'stage', 'etag', 'includedPermissions'],
  explanation: ['principal', 'project', 'permission', 'denied', 'policy'],
  policy: ['version', 'etag', 'bindings', 'auditConfigs'],
  binding: ['role', 'members', 'condition'],
  condition: ['title', 'description', 'expression', 'location'],
};

/**
 * Reads a world file. Wrong values are told all at once; unknown keys are passed over with a warning, because what a
 * world does not hold is only ever less to go on.
 */
export function parseWorld(value: unknown): WorldReading {
  const types: FieldIssue[] = [];
  const issues: WorldIssue[] = [];
  const root = readFields(value, '', types);
  checkKeys(value, '', 'root', issues);
  const world: World = {
    organization: nodeOf(root.object('organization'), own(value, 'organization'), 'organization', issues),
    folders: eachOf(root, value, 'folders').map(({ fields, raw, place }) => nodeOf(fields, raw, place, issues)),
    projects: eachOf(root, value, 'projects').map(({ fields, raw, place }) => projectOf(fields, raw, place, issues)),
    roles: eachOf(root, value, 'roles').map(({ fields, raw, place }) => roleOf(fields, raw, place, issues)),
    explanations: eachOf(root, value, 'explanations').map(({ fields, raw, place }) =>
      explanationOf(fields, raw, place, issues),
    ),
  };
  checkNames(world, issues);
  const all = [...types.map((issue): WorldIssue => ({ ...issue, code: 'wrong-type' })), ...issues];
  const warnings = all.filter((issue) => issue.code === 'unknown-key');
  const faults = all.filter((issue) => issue.code !== 'unknown-key');
  return faults.length > 0 ? { kind: 'issues', issues: [...faults, ...warnings] } : { kind: 'world', world, warnings };
}

interface Element {
  readonly fields: Fields;
  readonly raw: unknown;
  readonly place: string;
}

function eachOf(parent: Fields, value: unknown, name: string): readonly Element[] {
  const list = own(value, name);
  return parent.objects(name).map((fields, index) => ({
    fields,
    raw: Array.isArray(list) ? list[index] : undefined,
    place: `${name}[${index}]`,
  }));
}

function nodeOf(fields: Fields, raw: unknown, place: string, issues: WorldIssue[]): WorldNode {
  checkKeys(raw, place, 'node', issues);
  return { name: fields.text('name'), parent: fields.text('parent'), policy: policyOf(fields, raw, place, issues) };
}

function projectOf(fields: Fields, raw: unknown, place: string, issues: WorldIssue[]): WorldProject {
  checkKeys(raw, place, 'project', issues);
  return {
    projectId: fields.text('projectId'),
    projectNumber: fields.text('projectNumber'),
    parent: fields.text('parent'),
    state: fields.has('state') ? fields.text('state') : 'ACTIVE',
    policy: policyOf(fields, raw, place, issues),
  };
}

function roleOf(fields: Fields, raw: unknown, place: string, issues: WorldIssue[]): WorldRole {
  checkKeys(raw, place, 'role', issues);
  return {
    name: fields.text('name'),
    title: fields.text('title'),
    includedPermissions: fields.texts('includedPermissions'),
  };
}

function explanationOf(fields: Fields, raw: unknown, place: string, issues: WorldIssue[]): WorldExplanation {
  checkKeys(raw, place, 'explanation', issues);
  const [principal, project, permission, denied, policy] = [
    'principal',
    'project',
    'permission',
    'denied',
    'policy',
  ].map((name) => fields.text(name));
  return {
    principal: principal ?? '',
    project: project ?? '',
    permission: permission ?? '',
    denied: denied ?? '',
    policy: policy ?? '',
  };
}

function policyOf(owner: Fields, raw: unknown, place: string, issues: WorldIssue[]): Policy | null {
  if (!owner.has('policy')) return null;
  const fields = owner.object('policy');
  checkKeys(own(raw, 'policy'), `${place}.policy`, 'policy', issues);
  const policy = policyFromJson(fields);
  const rawBindings = own(own(raw, 'policy'), 'bindings');
  if (Array.isArray(rawBindings)) {
    rawBindings.forEach((binding: unknown, index) => {
      checkKeys(binding, `${place}.policy.bindings[${index}]`, 'binding', issues);
      checkKeys(own(binding, 'condition'), `${place}.policy.bindings[${index}].condition`, 'condition', issues);
    });
  }
  if (fields.has('version')) return policy;
  return { ...policy, version: policy.bindings.some((binding) => binding.condition !== null) ? 3 : 1 };
}

function checkNames(world: World, issues: WorldIssue[]): void {
  const expect = (isRight: boolean, place: string, expected: string, value: string) => {
    if (!isRight)
      issues.push({
        place,
        code: value === '' ? 'missing' : 'bad-value',
        message: `expected ${expected}, got ${describe(value)}`,
      });
  };
  const isParent = (name: string) => /^(?:folders|organizations)\/[0-9]+$/.test(name);
  expect(
    /^organizations\/[0-9]+$/.test(world.organization.name),
    'organization.name',
    'organizations/NUMBER',
    world.organization.name,
  );
  world.folders.forEach((folder, index) => {
    expect(/^folders\/[0-9]+$/.test(folder.name), `folders[${index}].name`, 'folders/NUMBER', folder.name);
    expect(
      isParent(folder.parent),
      `folders[${index}].parent`,
      'folders/NUMBER or organizations/NUMBER',
      folder.parent,
    );
  });
  world.projects.forEach((project, index) => {
    expect(
      parseProject(project.projectId)?.kind === 'project-id',
      `projects[${index}].projectId`,
      'a project id',
      project.projectId,
    );
    expect(
      parseProject(project.projectNumber)?.kind === 'project-number',
      `projects[${index}].projectNumber`,
      'a project number in quotes',
      project.projectNumber,
    );
    // A project without an organization has no parent.
    expect(
      project.parent === '' || isParent(project.parent),
      `projects[${index}].parent`,
      'folders/NUMBER or organizations/NUMBER',
      project.parent,
    );
  });
  const names = [
    ...world.folders.map((folder) => folder.name),
    ...world.projects.flatMap((project) => [project.projectId, project.projectNumber]),
  ];
  names.forEach((name, index) => {
    if (name !== '' && names.indexOf(name) < index)
      issues.push({ place: '', code: 'duplicate', message: `${name} stands in the world twice` });
  });
}

function checkKeys(value: unknown, place: string, kind: keyof typeof KEYS, issues: WorldIssue[]): void {
  if (!isRecord(value)) return;
  const known = KEYS[kind];
  for (const key of Object.keys(value)) {
    if (!known.includes(key)) {
      issues.push({
        place: place === '' ? key : `${place}.${key}`,
        code: 'unknown-key',
        message: `unknown key "${key}"; expected one of ${known.join(', ')}`,
      });
    }
  }
}

function own(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}
