import { type Body, bodies } from '../configuration.ts';
import type { BlockSchema, NestedSchema } from '../schema/resource-schema.ts';
import { problemOfValue } from './check-value.ts';
import type { Note } from './issue.ts';

/** Checks the body of a block and of those in it. `note` is told the place, such as `.push_config.push_endpoint`. */
export function checkBlock(body: Body, schema: BlockSchema, note: Note): void {
  const { attributes, blocks } = schema;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'dynamic') continue;
    const attribute = attributes[name];
    const nested = blocks[name];
    if (nested !== undefined) checkNested(name, value, nested, note);
    else if (attribute === undefined) note(`.${name}`, `is not known here; there are ${listOf(schema)}`);
    else if (attribute.need === 'computed') note(`.${name}`, 'is made by the provider and cannot be set');
    else noteProblem(name, problemOfValue(value, attribute.type), note);
  }
  for (const [name, content] of dynamicBlocks(body)) {
    const nested = blocks[name];
    if (nested === undefined) note(`.dynamic.${name}`, `is no block here; there are ${listOf(schema)}`);
    else checkBlock(content, nested.block, (place, message) => note(`.${name}${place}`, message));
  }
  checkRequired(body, schema, note);
}

function checkNested(name: string, value: unknown, { block, nesting }: NestedSchema, note: Note): void {
  const found = bodies(value);
  if (found.length === 0) note(`.${name}`, `is a block, not an argument: ${name} { … }`);
  if (found.length > 1 && nesting !== 'list' && nesting !== 'set')
    note(`.${name}`, `may stand once, and stands ${found.length} times`);
  for (const content of found) checkBlock(content, block, (place, message) => note(`.${name}${place}`, message));
}

function checkRequired(body: Body, { attributes, blocks }: BlockSchema, note: Note): void {
  const dynamic = dynamicBlocks(body).map(([name]) => name);
  for (const [name, { need }] of [...Object.entries(attributes), ...Object.entries(blocks)]) {
    if (need === 'required' && !Object.hasOwn(body, name) && !dynamic.includes(name))
      note(`.${name}`, 'is required, and missing');
  }
}

function dynamicBlocks(body: Body): readonly (readonly [string, Body])[] {
  const { dynamic } = body;
  if (typeof dynamic !== 'object' || dynamic === null) return [];
  return Object.entries(dynamic).flatMap(([name, made]) =>
    bodies(made).map(({ content }) => [name, bodies(content)[0] ?? {}] as const),
  );
}

function noteProblem(name: string, problem: string | null, note: Note): void {
  if (problem !== null) note(`.${name}`, problem);
}

function listOf({ attributes, blocks }: BlockSchema): string {
  return [...Object.keys(attributes), ...Object.keys(blocks).map((name) => `${name} {}`)].join(', ');
}
