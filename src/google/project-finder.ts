import { type Finding, known, notReadable, type ProjectFinder, type ProjectPlace } from '../diagnosis/evidence.ts';
import { formatProject } from '../iam/project.ts';
import { Redeliver } from '../redeliver.ts';
import { shareAnswers } from '../share-answers.ts';
import { failureOf } from './grpc-error.ts';
import { CALL_TIMEOUT_MILLISECONDS, type ResourceManagerClients } from './resource-manager-clients.ts';

/** Folders can be nested ten deep (resource-manager/docs/limits); a longer chain is a loop. */
const MAX_FOLDERS = 12;

type ParentOf = (folder: string) => Promise<Finding<string>>;

/** Looks up projects and the folders above them. */
export function createProjectFinder(clients: ResourceManagerClients): ProjectFinder {
  const folders = shareAnswers<string, Finding<string>>({
    lookUp: (folder) => readParent(folder, clients),
    // Where a project is may be kept by whoever asks; kept here too, it would be old by the sum of both.
    keep: () => 0,
    now: Date.now,
  });
  const parentOf: ParentOf = (folder) => folders.ask(folder, folder);
  return {
    /** Needs `resourcemanager.projects.get` and, for what is above, `resourcemanager.folders.get`. */
    findProject: async (ref): Promise<Finding<ProjectPlace>> => {
      const name = `projects/${formatProject(ref)}`;
      const found = await ask(name, async () => {
        const client = await clients.projects();
        const [project] = await client.getProject({ name }, { timeout: CALL_TIMEOUT_MILLISECONDS });
        return project;
      });
      if (found.kind !== 'known') return found;
      const { projectId, name: numbered, parent, state } = found.value;
      const number = /^projects\/([0-9]+)$/.exec(numbered ?? '')?.[1];
      if (!projectId || number === undefined) return notReadable(`${name} came without id and number`);
      return known({
        id: projectId,
        number,
        state: stateName(state),
        ancestors: await ancestorsFrom(parent ?? '', parentOf),
      });
    },
  };
}

async function ancestorsFrom(parent: string, parentOf: ParentOf): Promise<Finding<readonly string[]>> {
  const ancestors: string[] = [];
  let next = parent;
  while (next.startsWith('folders/') && ancestors.length < MAX_FOLDERS) {
    ancestors.push(next);
    const above = await parentOf(next);
    if (above.kind !== 'known') return above;
    next = above.value;
  }
  if (next.startsWith('organizations/')) return known([...ancestors, next]);
  return next === '' && ancestors.length === 0
    ? known([])
    : notReadable(`nothing readable above ${ancestors.at(-1) ?? 'the project'}`);
}

function readParent(name: string, clients: ResourceManagerClients): Promise<Finding<string>> {
  return ask(name, async () => {
    const client = await clients.folders();
    const [folder] = await client.getFolder({ name }, { timeout: CALL_TIMEOUT_MILLISECONDS });
    return folder.parent ?? '';
  });
}

// A resource that does not exist answers like one that may not be read.
async function ask<T>(name: string, call: () => Promise<T>): Promise<Finding<T>> {
  try {
    return known(await call());
  } catch (error) {
    const failure = failureOf(error);
    if (failure.kind === 'refused') return notReadable(`${name} does not exist or may not be read: ${failure.detail}`);
    throw new Redeliver('evidence-unavailable', `${name}: ${failure.detail}`, error);
  }
}

const STATES: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [1, 'ACTIVE'],
  [2, 'DELETE_REQUESTED'],
]);

// The client gives enums by name or by number, depending on its options.
function stateName(state: unknown): string {
  return typeof state === 'string' ? state : (STATES.get(state) ?? 'STATE_UNSPECIFIED');
}
