import type { ListChildren } from '../../google/project-list.ts';
import { CommandFailure, patiently } from '../patiently.ts';

/** What is below an organization: its projects, and folders that may not be looked into. */
export interface ProjectTree {
  readonly projects: readonly string[];
  readonly refused: readonly string[];
}

/**
 * Lists every active project below an organization, folder by folder. An organization's own logs hold none of the
 * entries of its projects (logging/docs/audit), so each project has to be asked for.
 */
export async function listProjects(organization: string, list: ListChildren): Promise<ProjectTree> {
  const root = `organizations/${organization}`;
  const projects: string[] = [];
  const refused: string[] = [];
  const waiting = [root];
  for (let parent = waiting.pop(); parent !== undefined; parent = waiting.pop()) {
    const name = parent;
    const children = await patiently(name, () => list(name));
    if (children.kind === 'children') {
      projects.push(...children.projects);
      waiting.push(...children.folders);
    } else if (name === root) {
      throw new CommandFailure(`${name}: its projects could not be listed: ${children.detail}`, null);
    } else refused.push(name);
  }
  return { projects: projects.toSorted(), refused };
}
