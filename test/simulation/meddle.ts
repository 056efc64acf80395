import type { Binding, Policy } from '../../src/iam/policy.ts';
import type { Cloud } from './cloud.ts';
import type { Meddling } from './plan.ts';

/** Somebody else changes a policy, in one moment. */
export function meddle(project: string, how: Meddling, cloud: Cloud): void {
  const resource = `projects/${project}`;
  const policy = cloud.state.policy(resource);
  if (policy === null) return;
  const bindings = change(policy, how, cloud);
  cloud.state.write(resource, { ...policy, bindings }, `somebody ${how}`);
}

function change({ bindings }: Policy, how: Meddling, { random }: Cloud): readonly Binding[] {
  const member = `user:other${random.below(1_000)}@example.com`;
  switch (how) {
    case 'adds':
      return [...bindings, { role: 'roles/viewer', members: [member], condition: null }];
    case 'adds-conditional':
      return [...bindings, { role: 'roles/aiplatform.user', members: [member], condition: FOREIGN }];
    case 'adds-expired-look-alike':
      return [
        ...bindings,
        { role: 'roles/aiplatform.user', members: [member], condition: { ...FOREIGN, title: 'guestlist_like' } },
      ];
    case 'removes-own':
      return bindings.filter(({ role }) => role !== 'roles/viewer');
    case 'removes-ours':
      return bindings.filter(({ members }) => !members.some((name) => /^serviceAccount:w\d/.test(name)));
  }
}

const FOREIGN = {
  title: 'until_2020',
  description: '',
  expression: 'request.time < timestamp("2020-01-01T00:00:00Z")',
  location: '',
};
