import type { Denial } from '../denial/denial.ts';

/** Places that Vertex AI serves from, by the form of their names; `global`, `us` and `eu` are multi-regions. */
const LOCATION =
  /^(?:global|us|eu|(?:africa|asia|australia|europe|me|northamerica|southamerica|us)-(?:(?:north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}))$/;

/** Ids of publisher models: lower case words, versions and an `@version`. */
const MODEL = /^[a-z0-9][a-z0-9.-]*(?:@[a-z0-9.-]+)?$/;

/**
 * What looks wrong about the names a call used. The refusal reads "(or it may not exist)": a wrong project, region or
 * model gets the same answer as a missing role, and a role would not mend it.
 */
export function oddNames(denial: Denial): readonly string[] {
  if (denial.status.code !== 7) return [];
  const parts = denial.resource.replace(/^\/\/[a-z0-9.-]+\//, '').split('/');
  const project = valueAfter(parts, 'projects');
  const location = valueAfter(parts, 'locations');
  const model = parts.includes('publishers') ? valueAfter(parts, 'models') : null;
  return [
    ...(project !== null && denial.scope.kind === 'none'
      ? [`${quoted(project)} is no project id (a display name, or a placeholder?)`]
      : []),
    ...(location !== null && !LOCATION.test(location) ? [`${quoted(location)} is no region of Google Cloud`] : []),
    ...(model !== null && !MODEL.test(model) ? [`${quoted(model)} is not the id of a publisher model`] : []),
  ];
}

function valueAfter(parts: readonly string[], collection: string): string | null {
  const at = parts.indexOf(collection);
  return at < 0 ? null : (parts[at + 1] ?? '');
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
