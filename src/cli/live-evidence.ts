import { ConfigError, type ReadEndpoints, readEndpoints } from '../config.ts';
import { type EvidencePorts, type Finding, NO_GRANTS, NOT_ASKED } from '../diagnosis/evidence.ts';
import { createIamRest } from '../google/iam-rest.ts';
import { createPolicyReader } from '../google/policy-access.ts';
import { createProjectFinder } from '../google/project-finder.ts';
import { createResourceManagerClients } from '../google/resource-manager-clients.ts';
import { createRoleReader } from '../google/role-reader.ts';
import { formatProject } from '../iam/project.ts';
import { patiently } from './patiently.ts';
import { UsageError } from './read-files.ts';

/**
 * Looks things up in the organization, with the login of whoever runs the command: each project, policy and role once.
 * Nothing here can write. What passes by itself is tried again; what does not pass ends the command, for a result with
 * gaps that nobody asked for would mislead.
 */
export function openLiveEvidence(environment: Readonly<Record<string, string | undefined>>): EvidencePorts {
  const endpoints = endpointsFrom(environment);
  const clients = createResourceManagerClients(endpoints.resourceManager);
  const projects = createProjectFinder(clients);
  const policies = createPolicyReader(clients);
  const roles = createRoleReader(createIamRest(endpoints.iam));
  const findProject = eachOnce((name, ref: Parameters<typeof projects.findProject>[0]) =>
    patiently(name, () => projects.findProject(ref)),
  );
  const readPolicy = eachOnce((name) => patiently(name, () => policies.readPolicy(name)));
  const readRole = eachOnce((name) => patiently(name, () => roles.readRole(name)));
  return {
    projects: { findProject: (ref) => findProject(`projects/${formatProject(ref)}`, ref) },
    policies: { readPolicy: (resource) => readPolicy(resource, null) },
    roles: { readRole: (name) => readRole(name, null) },
    troubleshooter: NOT_ASKED,
    grants: NO_GRANTS,
  };
}

/** Where Google's APIs are; a `UsageError` where the environment says something that cannot be. */
export function endpointsFrom(environment: Readonly<Record<string, string | undefined>>): ReadEndpoints {
  try {
    return readEndpoints(environment);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(error.message) : error;
  }
}

function eachOnce<A, T>(
  read: (name: string, argument: A) => Promise<Finding<T>>,
): (name: string, argument: A) => Promise<Finding<T>> {
  const answers = new Map<string, Promise<Finding<T>>>();
  return (name, argument) => {
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = read(name, argument);
    answers.set(name, answer);
    return answer;
  };
}
