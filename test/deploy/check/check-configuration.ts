import type { Configuration, Resource } from '../configuration.ts';
import { REMOVED_SINCE } from '../schema/beside-typings.ts';
import type { BlockSchema, Schemas } from '../schema/resource-schema.ts';
import { checkBlock } from './check-block.ts';
import { checkReferenceTypes } from './check-reference-types.ts';
import { checkReferences } from './check-references.ts';
import type { Issue } from './issue.ts';

/** Arguments that every resource may have, whatever its provider says (language: meta-arguments). */
const META_ARGUMENTS = ['count', 'for_each', 'depends_on', 'provider', 'lifecycle', 'provisioner', 'connection'];

/**
 * Checks a module without Terraform: resources, blocks, arguments, required arguments and literal values against the
 * schemas, and every reference against what is there.
 */
export function checkConfiguration(configuration: Configuration, schemas: Schemas): readonly Issue[] {
  return [
    ...configuration.resources.flatMap((resource) => checkResource(resource, schemas)),
    ...checkReferences(configuration, schemas),
    ...checkReferenceTypes(configuration, schemas),
  ];
}

function checkResource(resource: Resource, schemas: Schemas): readonly Issue[] {
  const { mode, type, name, file, body } = resource;
  const issues: Issue[] = [];
  const address = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
  const schema: BlockSchema | undefined = schemas[mode][type];
  if (schema === undefined) return [{ file, place: address, message: `there is no ${mode} ${type}` }];
  const own = Object.fromEntries(Object.entries(body).filter(([key]) => !META_ARGUMENTS.includes(key)));
  checkBlock(own, schema, (place, message) => issues.push({ file, place: `${address}${place}`, message }));
  return [...issues, ...removed(resource, address)];
}

function removed({ type, file, body }: Resource, address: string): readonly Issue[] {
  return Object.entries(REMOVED_SINCE).flatMap(([path, source]) => {
    const [owner, ...keys] = path.split('.');
    return owner === type && isSet(body, keys)
      ? [{ file, place: `${address}.${keys.join('.')}`, message: `is not taken any more: ${source}` }]
      : [];
  });
}

function isSet(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((item) => isSet(item, [key ?? '', ...rest]));
  if (typeof value !== 'object' || value === null || key === undefined || !(key in value)) return false;
  return rest.length === 0 || isSet(Object.entries(value).find(([name]) => name === key)?.[1], rest);
}
