import type { Denial } from '../denial/denial.ts';
import { isServiceAgent } from '../iam/service-agent.ts';
import { type EvidenceNote, fromEntry } from './diagnosis.ts';

/** What the entry tells about who is behind the caller: keys, attached accounts, impersonation, federation. */
export function callerNotes(denial: Denial): readonly EvidenceNote[] {
  return [...kindNotes(denial), ...keyNotes(denial), ...denial.delegation.flatMap(({ name }) => delegateNotes(name))];
}

function kindNotes({ principal }: Denial): readonly EvidenceNote[] {
  switch (principal.kind) {
    case 'default-service-account':
      return [
        fromEntry(
          'a default service account, shared by every workload of its project; give the workload an account of its own',
        ),
      ];
    case 'workload-identity':
      return [fromEntry('a federated workload identity, called without a service account')];
    case 'workforce-identity':
      return [fromEntry(`a person of the workforce pool ${principal.pool}`)];
    case 'gke-workload':
      return [fromEntry('a Kubernetes service account, called through Workload Identity Federation for GKE')];
    case 'agent-identity':
      return [fromEntry('an agent identity of Agent Engine')];
    default:
      return [];
  }
}

function keyNotes({ serviceAccountKey }: Denial): readonly EvidenceNote[] {
  const key = serviceAccountKey?.split('/').at(-1);
  return key === undefined ? [] : [fromEntry(`authenticated with the service account key ${key}`)];
}

function delegateNotes(name: string | null): readonly EvidenceNote[] {
  if (name === null) return [];
  if (name.endsWith('@compute-system.iam.gserviceaccount.com')) {
    return [fromEntry('the service account is attached to a virtual machine; nobody impersonated it by hand')];
  }
  return [fromEntry(isServiceAgent(name) ? `called through the service agent ${name}` : `impersonated by ${name}`)];
}
