import { Redeliver } from '../redeliver.ts';
import { failureOf } from './grpc-error.ts';
import { CALL_TIMEOUT_MILLISECONDS, type ResourceManagerClients } from './resource-manager-clients.ts';

/** What lies directly under an organization or folder. */
export type Children =
  | { readonly kind: 'children'; readonly projects: readonly string[]; readonly folders: readonly string[] }
  | { readonly kind: 'refused'; readonly detail: string };

/** Lists what lies directly under `organizations/N` or `folders/N`. Throws `Redeliver` for what passes. */
export type ListChildren = (parent: string) => Promise<Children>;

/** Opens the list. Needs `resourcemanager.projects.list` and `resourcemanager.folders.list`. */
export function createChildLister(clients: ResourceManagerClients): ListChildren {
  return async (parent) => {
    const options = { timeout: CALL_TIMEOUT_MILLISECONDS };
    try {
      const [projectsClient, foldersClient] = [await clients.projects(), await clients.folders()];
      const [projects] = await projectsClient.listProjects({ parent }, options);
      const [folders] = await foldersClient.listFolders({ parent }, options);
      return {
        kind: 'children',
        projects: projects.filter(isActive).flatMap(({ projectId }) => (projectId ? [`projects/${projectId}`] : [])),
        folders: folders.filter(isActive).flatMap(({ name }) => (name ? [name] : [])),
      };
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind === 'refused') return { kind: 'refused', detail: failure.detail };
      throw new Redeliver('evidence-unavailable', `${parent}: ${failure.detail}`, error);
    }
  };
}

// The client gives enums by name or by number, depending on its options.
function isActive({ state }: { readonly state?: unknown }): boolean {
  return state === 'ACTIVE' || state === 1;
}
