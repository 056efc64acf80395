import type { FoldersClient, OrganizationsClient, ProjectsClient } from '@google-cloud/resource-manager';
import { clientOptions } from './client-options.ts';
import type { Endpoint } from './endpoint.ts';

/** The Resource Manager v3 clients. Loaded on first use: most messages need none of them. */
export interface ResourceManagerClients {
  projects(): Promise<ProjectsClient>;
  folders(): Promise<FoldersClient>;
  organizations(): Promise<OrganizationsClient>;
}

/** Milliseconds that one call may take before it counts as failed. */
export const CALL_TIMEOUT_MILLISECONDS = 10_000;

/** Makes the clients for Google or for a local stand-in. */
export function createResourceManagerClients(endpoint: Endpoint): ResourceManagerClients {
  const load = once(async () => ({
    library: await import('@google-cloud/resource-manager'),
    options: await clientOptions(endpoint),
  }));
  return {
    projects: once(async () => {
      const { library, options } = await load();
      return new library.ProjectsClient(options);
    }),
    folders: once(async () => {
      const { library, options } = await load();
      return new library.FoldersClient(options);
    }),
    organizations: once(async () => {
      const { library, options } = await load();
      return new library.OrganizationsClient(options);
    }),
  };
}

/** Calls once and gives everybody the same answer; after a failure the next caller tries again. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = null;
      throw error;
    });
    return made;
  };
}
