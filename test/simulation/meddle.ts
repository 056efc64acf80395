import type { Binding, Condition, Policy } from '../../src/iam/policy.ts';
import { EXPRESS_ROLE, USER_ROLE } from './allowlist-version.ts';
import type { Cloud } from './cloud.ts';
import { heldIn } from './held.ts';

/** What somebody else does to a policy meanwhile. */
export type Meddling = (typeof MEDDLINGS)[number];

export const MEDDLINGS = [
  'adds',
  'adds-conditional',
  'adds-look-alikes',
  'makes-ours',
  'edits-other-roles',
  'removes-own',
  'removes-ours',
  'removes-one-of-ours',
] as const;

/** Somebody else changes a policy, in one moment; `member` is whom it is about where it is about one of ours. */
export function meddle(project: string, how: Meddling, member: string, cloud: Cloud): void {
  const resource = `projects/${project}`;
  const policy = cloud.state.policy(resource);
  if (policy === null) return;
  const bindings = change(policy, how, member, cloud);
  const after = cloud.state.write(resource, { ...policy, bindings }, `somebody ${how}`);
  const [had, has] = [heldIn(policy), heldIn(after)];
  const at = cloud.scheduler.now();
  for (const [key, held] of has) if (!had.has(key)) cloud.byOthers.push({ ...held, project, at, kind: 'made' });
  for (const [key, held] of had) if (!has.has(key)) cloud.byOthers.push({ ...held, project, at, kind: 'removed' });
}

function change({ bindings }: Policy, how: Meddling, member: string, { random }: Cloud): readonly Binding[] {
  const somebody = `user:other${random.below(1_000)}@example.com`;
  switch (how) {
    case 'adds':
      return [...bindings, { role: 'roles/viewer', members: [somebody], condition: null }];
    case 'adds-conditional':
      return [...bindings, { role: USER_ROLE, members: [somebody], condition: UNTIL_2020 }];
    case 'adds-look-alikes':
      return [...bindings, ...lookAlikes(somebody), ...lookAlikes(member)];
    case 'makes-ours':
      return withMember(bindings, member);
    case 'edits-other-roles':
      return [
        ...bindings.filter(({ role }) => role !== 'roles/storage.objectViewer'),
        { role: 'roles/storage.objectViewer', members: [somebody, member], condition: null },
      ];
    case 'removes-own':
      return bindings.filter(({ role }) => role !== 'roles/viewer');
    case 'removes-ours':
      return bindings.flatMap((binding) => without(binding, (name) => /^serviceAccount:w\d|^user:user\d/.test(name)));
    case 'removes-one-of-ours':
      return bindings.flatMap((binding) => without(binding, (name) => name === member));
  }
}

// As the console and gcloud do: into the binding that is there.
function withMember(bindings: readonly Binding[], member: string): readonly Binding[] {
  const isIt = ({ role, condition }: Binding) => role === USER_ROLE && condition === null;
  if (!bindings.some(isIt)) return [...bindings, { role: USER_ROLE, members: [member], condition: null }];
  return bindings.map((binding) =>
    isIt(binding) ? { ...binding, members: [...new Set([...binding.members, member])] } : binding,
  );
}

// What looks like ours and is not stays: it is somebody else's.
function without(binding: Binding, isTaken: (member: string) => boolean): readonly Binding[] {
  if ((binding.role !== USER_ROLE && binding.role !== EXPRESS_ROLE) || isForeign(binding.condition)) return [binding];
  const members = binding.members.filter((member) => !isTaken(member));
  return members.length === 0 ? [] : [{ ...binding, members }];
}

function isForeign(condition: Condition | null): boolean {
  return condition !== null && FOREIGN_TITLES.has(condition.title);
}

const UNTIL_2020: Condition = {
  title: 'until_2020',
  description: '',
  expression: 'request.time < timestamp("2020-01-01T00:00:00Z")',
  location: '',
};

const EXPIRED: Condition = { ...UNTIL_2020, title: 'guestlist_expires_20200101000000_abcdef' };

const LIKE: readonly { readonly role: string; readonly condition: Condition }[] = [
  { role: USER_ROLE, condition: { ...EXPIRED, description: 'kept for the auditors' } },
  { role: USER_ROLE, condition: { ...EXPIRED, title: 'guestlist_expires_20200101000000' } },
  { role: USER_ROLE, condition: { ...EXPIRED, title: 'guestlist_expires_20200101000000_ABCDEF' } },
  { role: USER_ROLE, condition: { ...EXPIRED, title: 'guestlist_expires_20190101000000_abcdef' } },
  {
    role: USER_ROLE,
    condition: {
      ...EXPIRED,
      title: 'guestlist_expires_soon',
      expression: `${UNTIL_2020.expression} || resource.name == "x"`,
    },
  },
  { role: 'roles/storage.admin', condition: { ...EXPIRED, title: 'guestlist_expires_old', location: 'here' } },
];

const FOREIGN_TITLES: ReadonlySet<string> = new Set(
  [UNTIL_2020, EXPIRED, ...LIKE.map(({ condition }) => condition)].map(({ title }) => title),
);

// In our very form only for a principal that Google marked as deleted.
function lookAlikes(member: string): readonly Binding[] {
  return [
    ...LIKE.map(({ role, condition }) => ({ role, members: [member], condition })),
    { role: USER_ROLE, members: [`deleted:${member}?uid=1234`], condition: EXPIRED },
  ];
}
