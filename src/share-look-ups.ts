import type { EvidencePorts, Finding, ProjectPlace } from './diagnosis/evidence.ts';
import type { Policy } from './iam/policy.ts';
import { formatProject, type ProjectRef } from './iam/project.ts';
import type { RemediationPorts } from './remediation/apply-changes.ts';
import { shareAnswers } from './share-answers.ts';

/** What is above a project changes rarely; a grant waits as long for the record of a perimeter. */
const KEPT_MILLISECONDS = 5_000;

/** For so long a policy may be what a write starts from; its etag tells whether it is still the newest. */
const RECENT_MILLISECONDS = 15_000;

/** So many policies are remembered; when there are more, all are forgotten. */
const MOST_POLICIES = 500;

type LookUps = Pick<EvidencePorts, 'projects' | 'policies'>;

/**
 * Denials that are worked on at one time ask for the same projects, folders and policies. Where nothing else is asked
 * for, a look-up that is under way is shared, and what is known of places and of policies above projects is kept for a
 * moment. A project's own policy is never kept as evidence, and a look-up that began before this process wrote it is
 * shared with nobody afterwards.
 */
export function shareLookUps(
  { projects, policies }: LookUps,
  write: RemediationPorts['writePolicy'],
  now: () => number,
): LookUps & Pick<RemediationPorts, 'writePolicy' | 'recentPolicy'> {
  const recent = new Map<string, { readonly policy: Policy; readonly at: number }>();
  const remember = (resource: string, policy: Policy) => {
    if (recent.size >= MOST_POLICIES) recent.clear();
    recent.set(resource, { policy, at: now() });
  };
  const places = shareAnswers<ProjectRef, Finding<ProjectPlace>>({
    lookUp: (project) => projects.findProject(project),
    keep: (place) => (place.kind === 'known' && place.value.ancestors.kind === 'known' ? KEPT_MILLISECONDS : 0),
    now,
  });
  const read = shareAnswers<string, Finding<Policy>>({
    lookUp: (resource) => policies.readPolicy(resource),
    keep: (policy, resource) => (policy.kind === 'known' && !isProject(resource) ? KEPT_MILLISECONDS : 0),
    seen: (policy, resource) => {
      if (policy.kind === 'known' && isProject(resource)) remember(resource, policy.value);
    },
    now,
  });
  return {
    projects: { findProject: (project) => places.ask(formatProject(project), project) },
    policies: {
      readPolicy: (resource, look) =>
        look === 'shared' ? read.ask(resource, resource) : policies.readPolicy(resource),
    },
    recentPolicy: (project) => {
      const last = recent.get(`projects/${project}`);
      return last !== undefined && now() - last.at <= RECENT_MILLISECONDS ? last.policy : null;
    },
    writePolicy: async (project, policy, reason) => {
      const resource = `projects/${project}`;
      const forget = () => {
        read.forget(resource);
        recent.delete(resource);
      };
      forget();
      const written = await write(project, policy, reason).finally(forget);
      if (written.kind === 'written') remember(resource, written.policy);
      return written;
    },
  };
}

function isProject(resource: string): boolean {
  return resource.startsWith('projects/');
}
