import { type Body, bodies, type Configuration } from '../configuration.ts';
import type { AttributeType, BlockSchema, Schemas } from '../schema/resource-schema.ts';
import type { Issue } from './issue.ts';

/**
 * Checks arguments that are one attribute of another resource and nothing else: a list or map cannot stand where one
 * value belongs, nor the other way round.
 */
export function checkReferenceTypes({ resources }: Configuration, schemas: Schemas): readonly Issue[] {
  return resources.flatMap(({ mode, type, name, file, body }) => {
    const schema = schemas[mode][type];
    const address = mode === 'data' ? `data.${type}.${name}` : `${type}.${name}`;
    return schema === undefined
      ? []
      : issuesIn(body, schema, schemas).map((issue) => ({
          file,
          place: `${address}${issue.place}`,
          message: issue.message,
        }));
  });
}

const ONE_REFERENCE = /^\$\{(data\.)?((?:google|archive)_\w+)\.\w+\.(\w+)\}$/;

function issuesIn(body: Body, { attributes, blocks }: BlockSchema, schemas: Schemas): readonly Omit<Issue, 'file'>[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const nested = blocks[name];
    if (nested !== undefined) {
      const found = bodies(value).flatMap((content) => issuesIn(content, nested.block, schemas));
      return found.map(({ place, message }) => ({ place: `.${name}${place}`, message }));
    }
    const expected = attributes[name]?.type;
    const given = typeof value === 'string' ? typeOfReference(value, schemas) : null;
    if (expected === undefined || given === null || SHAPES[expected] === SHAPES[given]) return [];
    const isFree = SHAPES[expected] === 'any' || SHAPES[given] === 'any';
    return isFree
      ? []
      : [{ place: `.${name}`, message: `expects a ${SHAPES[expected]}, and the reference is a ${SHAPES[given]}` }];
  });
}

function typeOfReference(text: string, schemas: Schemas): AttributeType | null {
  const [, data, type = '', attribute = ''] = ONE_REFERENCE.exec(text) ?? [];
  return schemas[data === undefined ? 'resource' : 'data'][type]?.attributes[attribute]?.type ?? null;
}

const SHAPES: Readonly<Record<AttributeType, 'single value' | 'list' | 'map' | 'any'>> = {
  string: 'single value',
  number: 'single value',
  bool: 'single value',
  'list-of-string': 'list',
  'set-of-string': 'list',
  'list-of-number': 'list',
  'map-of-string': 'map',
  anything: 'any',
};
