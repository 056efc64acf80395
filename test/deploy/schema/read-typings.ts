import type { AttributeSchema, AttributeType, BlockSchema, Need, NestedSchema, Nesting } from './resource-schema.ts';

/**
 * Reads the schema of one resource from its generated TypeScript: a class for the resource and one for each block, each
 * of whose members stands under a comment that says whether it is computed, optional or required.
 */
export function readTypings(source: string): BlockSchema {
  const classes = new Map<string, string>();
  let resource = '';
  for (const [, name = '', base, body = ''] of source.matchAll(CLASS)) {
    classes.set(name, body);
    if (base === 'TerraformResource' || base === 'TerraformDataSource') resource = name;
  }
  if (resource === '') throw new Error('the typings hold no class of a resource or data source');
  return blockOf(resource, classes);
}

/** The TypeScript that a compiled file carries in its source map. */
export function sourceOf(compiled: string): string {
  const encoded = /sourceMappingURL=data:application\/json;base64,([A-Za-z0-9+/=]+)/.exec(compiled)?.[1] ?? '';
  const map: unknown = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8'));
  const sources = typeof map === 'object' && map !== null && 'sourcesContent' in map ? map.sourcesContent : null;
  const source: unknown = Array.isArray(sources) ? sources[0] : null;
  if (typeof source !== 'string') throw new Error('the typings carry no source');
  return source;
}

const CLASS = /^export class (\w+) extends cdktf\.(\w+) \{\n([\s\S]*?)^\}/gm;
const MEMBER =
  /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)\n([\s\S]*?)^ {2}\}/gm;
const BLOCK = /= new (\w+?)(OutputReference|List)\(this, "\w+"(?:, (true|false))?\)/;

function blockOf(name: string, classes: ReadonlyMap<string, string>): BlockSchema {
  const attributes: Record<string, AttributeSchema> = {};
  const blocks: Record<string, NestedSchema> = {};
  for (const [, member = '', computed, optional, required, body = ''] of classes.get(name)?.matchAll(MEMBER) ?? []) {
    const need = needOf(computed === 'true', optional === 'true', required === 'true');
    const [, struct, shape, isSet] = BLOCK.exec(body) ?? [];
    if (struct === undefined) attributes[member] = { type: typeOf(body), need };
    else if (need === 'computed') attributes[member] = { type: 'anything', need };
    else {
      const block = blockOf(`${struct}OutputReference`, classes);
      const nesting = member === 'timeouts' ? 'timeouts' : nestingOf(shape, isSet);
      blocks[member] = { block, nesting, need: need === 'required' ? 'required' : 'optional' };
    }
  }
  return { attributes, blocks };
}

function needOf(isComputed: boolean, isOptional: boolean, isRequired: boolean): Need {
  if (isRequired) return 'required';
  if (isOptional) return isComputed ? 'optional-computed' : 'optional';
  return 'computed';
}

function nestingOf(shape: string | undefined, isSet: string | undefined): Nesting {
  if (shape === 'OutputReference') return 'one';
  return isSet === 'true' ? 'set' : 'list';
}

const TYPES: Readonly<Record<string, AttributeType>> = {
  getStringAttribute: 'string',
  getNumberAttribute: 'number',
  getBooleanAttribute: 'bool',
  getListAttribute: 'list-of-string',
  getNumberListAttribute: 'list-of-number',
  getStringMapAttribute: 'map-of-string',
};

function typeOf(body: string): AttributeType {
  if (body.includes('new cdktf.StringMap(')) return 'map-of-string';
  const type = TYPES[/\bthis\.(get\w+Attribute)\(/.exec(body)?.[1] ?? ''] ?? 'anything';
  return type === 'list-of-string' && body.includes('cdktf.Fn.tolist(') ? 'set-of-string' : type;
}
