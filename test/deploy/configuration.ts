import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from '@cdktf/hcl2json';
import { isRecord } from '../../src/ingest/fields.ts';
import type { Mode } from './schema/resource-schema.ts';

/** The body of a block as `hcl2json` gives it: expressions are texts in `${}`, nested blocks are lists of bodies. */
export type Body = Readonly<Record<string, unknown>>;

/** A resource or data source. */
export interface Resource {
  readonly mode: Mode;
  readonly type: string;
  readonly name: string;
  readonly file: string;
  readonly body: Body;
}

/** A Terraform module, read from its files. */
export interface Configuration {
  readonly resources: readonly Resource[];
  readonly variables: Readonly<Record<string, Body>>;
  readonly locals: Readonly<Record<string, unknown>>;
  readonly outputs: Readonly<Record<string, Body>>;
  /** Everything there is, for whoever looks for references. */
  readonly all: readonly { readonly file: string; readonly body: Body }[];
}

/** Reads the module in a folder. Throws for a file that is no HCL. */
export function readFolder(folder: string): Promise<Configuration> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.tf'));
  return readTexts(Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')])));
}

/** Reads a module from the texts of its files. */
export async function readTexts(texts: Readonly<Record<string, string>>): Promise<Configuration> {
  const all: { file: string; body: Body }[] = [];
  for (const [file, text] of Object.entries(texts)) all.push({ file, body: record(await parse(file, text)) });
  return {
    resources: all.flatMap(({ file, body }) => [
      ...resourcesIn('resource', file, body),
      ...resourcesIn('data', file, body),
    ]),
    variables: namedIn('variable', all),
    outputs: namedIn('output', all),
    locals: Object.assign({}, ...all.flatMap(({ body }) => bodies(body.locals))),
    all,
  };
}

/** The bodies of one kind of block. */
export function bodies(value: unknown): readonly Body[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function resourcesIn(mode: Mode, file: string, body: Body): readonly Resource[] {
  return Object.entries(record(body[mode])).flatMap(([type, named]) =>
    Object.entries(record(named)).flatMap(([name, value]) =>
      bodies(value).map((content) => ({ mode, type, name, file, body: content })),
    ),
  );
}

function namedIn(kind: string, all: Configuration['all']): Readonly<Record<string, Body>> {
  const named = all.flatMap(({ body }) => Object.entries(record(body[kind])));
  return Object.fromEntries(named.map(([name, value]) => [name, bodies(value)[0] ?? {}]));
}

function record(value: unknown): Body {
  return isRecord(value) ? value : {};
}
