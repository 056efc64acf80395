import { ADDED_SINCE, OTHER_PROVIDERS } from './beside-typings.ts';
import { readTypings, sourceOf } from './read-typings.ts';
import type { BlockSchema, Mode, Schemas } from './resource-schema.ts';
import { fetchTypings } from './typings-package.ts';

/** A resource or data source by its type. */
export interface TypeName {
  readonly mode: Mode;
  readonly type: string;
}

/** The schemas of these types, or null where the typings cannot be had. A type that does not exist is left out. */
export function readSchemas(types: readonly TypeName[]): Schemas | null {
  const google = types.filter(({ type }) => type.startsWith('google_'));
  const typings = fetchTypings([...new Set(google.map(folderOf))]);
  if (typings === null) return null;
  const schemas: Record<Mode, Record<string, BlockSchema>> = {
    resource: { ...OTHER_PROVIDERS.resource },
    data: { ...OTHER_PROVIDERS.data },
  };
  for (const name of google) {
    const compiled = typings.get(folderOf(name));
    if (compiled !== undefined) schemas[name.mode][name.type] = withAdded(name, readTypings(sourceOf(compiled)));
  }
  return schemas;
}

function withAdded({ mode, type }: TypeName, schema: BlockSchema): BlockSchema {
  const added = mode === 'resource' ? ADDED_SINCE[type] : undefined;
  return added === undefined ? schema : { ...schema, attributes: { ...schema.attributes, ...added } };
}

function folderOf({ mode, type }: TypeName): string {
  const words = type.replace(/^google_/, '').replaceAll('_', '-');
  return mode === 'data' ? `data-google-${words}` : words;
}
