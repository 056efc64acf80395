import { type Finding, known, notReadable, type PolicyReader } from '../diagnosis/evidence.ts';
import type { Policy } from '../iam/policy.ts';
import { Redeliver } from '../redeliver.ts';
import type { PolicyRead, PolicyWrite, RemediationPorts } from '../remediation/apply-changes.ts';
import { type CallFailure, failureOf } from './grpc-error.ts';
import { policyFromProto, policyToProto } from './proto-policy.ts';
import { CALL_TIMEOUT_MILLISECONDS, type ResourceManagerClients } from './resource-manager-clients.ts';

const READ_OPTIONS = { options: { requestedPolicyVersion: 3 } } as const;

/** Reads policies of projects, folders and organizations for evidence, at version 3. */
export function createPolicyReader(clients: ResourceManagerClients): PolicyReader {
  return {
    /**
     * Needs `resourcemanager.projects.getIamPolicy`, `resourcemanager.folders.getIamPolicy` or
     * `resourcemanager.organizations.getIamPolicy`. A resource that does not exist answers like one that may not be
     * read, so both are not readable.
     */
    readPolicy: async (resource): Promise<Finding<Policy>> => {
      const read = await readAtVersion3(resource, clients);
      switch (read.kind) {
        case 'read':
          return known(read.policy);
        case 'refused':
          return notReadable(read.detail);
        case 'unavailable':
          throw new Redeliver('evidence-unavailable', `policy of ${resource}: ${read.detail}`);
      }
    },
  };
}

/** Reads and writes project policies for a change. */
export function createPolicyWriter(
  clients: ResourceManagerClients,
): Pick<RemediationPorts, 'readPolicy' | 'writePolicy'> {
  return {
    /** Needs `resourcemanager.projects.getIamPolicy`. */
    readPolicy: (project) => readAtVersion3(`projects/${project}`, clients),
    /** Needs `resourcemanager.projects.setIamPolicy`. Never sends audit settings: the mask leaves them alone. */
    writePolicy: async (project, policy, reason): Promise<PolicyWrite> => {
      const client = await clients.projects();
      try {
        const [stored] = await client.setIamPolicy(
          {
            resource: `projects/${project}`,
            policy: policyToProto(policy),
            updateMask: { paths: ['bindings', 'etag'] },
          },
          { timeout: CALL_TIMEOUT_MILLISECONDS, otherArgs: { headers: { 'x-goog-request-reason': reason } } },
        );
        return { kind: 'written', policy: policyFromProto(stored) };
      } catch (error) {
        return writeFailure(failureOf(error));
      }
    },
  };
}

function writeFailure(failure: CallFailure): PolicyWrite {
  switch (failure.kind) {
    case 'conflict':
      return { kind: 'conflict' };
    case 'refused':
      return { kind: 'refused', detail: failure.detail };
    case 'passing':
      return { kind: 'uncertain', detail: failure.detail };
  }
}

async function readAtVersion3(resource: string, clients: ResourceManagerClients): Promise<PolicyRead> {
  const client = await clientFor(resource, clients);
  try {
    const [policy] = await client.getIamPolicy({ resource, ...READ_OPTIONS }, { timeout: CALL_TIMEOUT_MILLISECONDS });
    return { kind: 'read', policy: policyFromProto(policy) };
  } catch (error) {
    const failure = failureOf(error);
    return failure.kind === 'refused'
      ? { kind: 'refused', detail: failure.detail }
      : { kind: 'unavailable', detail: failure.detail };
  }
}

function clientFor(resource: string, clients: ResourceManagerClients) {
  if (resource.startsWith('folders/')) return clients.folders();
  return resource.startsWith('organizations/') ? clients.organizations() : clients.projects();
}
