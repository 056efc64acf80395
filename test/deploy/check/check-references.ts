import type { Body, Configuration } from '../configuration.ts';
import type { BlockSchema, Mode, Schemas } from '../schema/resource-schema.ts';
import type { Issue } from './issue.ts';

/** Checks that everything an expression names is there: variables, locals, resources, and attributes of resources. */
export function checkReferences(configuration: Configuration, schemas: Schemas): readonly Issue[] {
  const issues = configuration.all.flatMap(({ file, body }) =>
    [...expressionsIn(body)].flatMap((text) =>
      [...text.matchAll(REFERENCE)].flatMap((match) => {
        const message = problemOf(match[0], configuration, schemas);
        return message === null ? [] : [{ file, place: match[0], message }];
      }),
    ),
  );
  return [...issues, ...unused(configuration)];
}

// A name that follows a dot, a quote or another letter is the end of something longer.
const REFERENCE = /(?<![\w."/-])(?:var|local|data|google_\w+|archive_\w+)(?:\.[A-Za-z_]\w*|\[[^\]]*\])+/g;

function problemOf(reference: string, configuration: Configuration, schemas: Schemas): string | null {
  const [root = '', ...path] = reference.replaceAll(/\[[^\]]*\]/g, '').split('.');
  if (root === 'var') return has(configuration.variables, path[0]) ? null : 'there is no such variable';
  if (root === 'local') return has(configuration.locals, path[0]) ? null : 'there is no such local value';
  const [mode, type, name, ...attribute] =
    root === 'data' ? (['data', ...path] as const) : (['resource', root, ...path] as const);
  return problemOfResource({ mode, type: type ?? '', name: name ?? '', attribute }, configuration, schemas);
}

interface ResourceReference {
  readonly mode: Mode;
  readonly type: string;
  readonly name: string;
  readonly attribute: readonly string[];
}

function problemOfResource(
  { mode, type, name, attribute }: ResourceReference,
  { resources }: Configuration,
  schemas: Schemas,
): string | null {
  const isThere = resources.some((one) => one.mode === mode && one.type === type && one.name === name);
  if (!isThere) return `there is no ${mode} ${type}.${name}`;
  const schema = schemas[mode][type];
  return schema === undefined ? null : problemOfAttribute(attribute, schema, type);
}

function problemOfAttribute([first, ...rest]: readonly string[], schema: BlockSchema, type: string): string | null {
  if (first === undefined || first === 'id' || has(schema.attributes, first)) return null;
  const nested = schema.blocks[first];
  if (nested === undefined) return `${type} has no ${first}`;
  return problemOfAttribute(rest, nested.block, `${type}.${first}`);
}

function unused({ variables, locals, all }: Configuration): readonly Issue[] {
  const text = all.flatMap(({ body }) => [...expressionsIn(body)]).join('\n');
  const isNamed = (name: string) => new Set(text.match(/\b(?:var|local)\.\w+/g) ?? []).has(name);
  return [...Object.keys(variables).map((name) => `var.${name}`), ...Object.keys(locals).map((name) => `local.${name}`)]
    .filter((name) => !isNamed(name))
    .map((name) => ({ file: '', place: name, message: 'is used nowhere' }));
}

function* expressionsIn(value: unknown): Generator<string> {
  if (typeof value === 'string') {
    for (const part of value.split('${').slice(1)) yield part;
    if (!value.includes('${')) return;
  } else if (typeof value === 'object' && value !== null) {
    for (const item of Object.values(value)) yield* expressionsIn(item);
  }
}

function has(names: Readonly<Record<string, unknown>> | Body, name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(names, name);
}
