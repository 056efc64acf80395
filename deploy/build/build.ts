import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type BuildOptions, build, type Metafile, type OutputFile } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { googleClients } from './google-clients.ts';
import { LOAD, LOADER, lazyImports, OPTIONAL, UNIT_HEAD, UNITS, unitEntry, unitsAsComments } from './lazy-packages.ts';
import { REHEARSAL_HEAD, REHEARSAL_SCRIPT, rehearsalTail } from './rehearsal.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const FRAMEWORK = '@google-cloud/functions-framework';

const OPTIONS = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  // Names stay: a stack in the log has to be read by somebody.
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions;

/** What was built: bytes of the bundle by the package they come from, the most first. */
export interface Artefact {
  readonly bytesByPackage: readonly (readonly [string, number])[];
}

/**
 * Makes the artefact that Cloud Run functions is given: one file, and a `package.json` that names the functions
 * framework. That one alone is installed there: the function registers with it, so there has to be one of it.
 */
export async function buildArtefact(folder: string): Promise<Artefact> {
  const units = await Promise.all(UNITS.map(bundleUnit));
  const texts = new Map(units.map(({ unit, text }) => [unit, text]));
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    entryPoints: ['src/main.ts'],
    external: [FRAMEWORK],
    plugins: [lazyImports()],
    banner: { js: `${REHEARSAL_HEAD}\n${LOADER}` },
    footer: { js: `${rehearsalTail(LOAD, FRAMEWORK)}\n${unitsAsComments(texts)}` },
  });
  rmSync(folder, { recursive: true, force: true });
  writeArtefact(folder, textOf(outputFiles));
  return { bytesByPackage: countBytes([metafile, ...units.map((one) => one.metafile)]) };
}

async function bundleUnit(names: readonly [string, ...string[]]) {
  const [unit] = names;
  const { outputFiles, metafile } = await build({
    ...OPTIONS,
    banner: { js: UNIT_HEAD },
    stdin: { contents: unitEntry(names), sourcefile: 'unit.cjs', resolveDir: ROOT },
    external: UNITS.flat().filter((name) => !names.some((own) => own === name)),
    plugins: [googleClients()],
  });
  const known: readonly string[] = [...UNITS.flat(), ...OPTIONAL];
  for (const { imports } of Object.values(metafile.outputs))
    for (const { path } of imports)
      if (!isBuiltin(path) && !known.includes(path)) throw new Error(`${unit} asks for ${path}, which no unit names`);
  return { unit, text: textOf(outputFiles), metafile };
}

function textOf([file]: readonly OutputFile[]): string {
  if (file === undefined) throw new Error('esbuild made no file');
  return file.text;
}

function writeArtefact(folder: string, code: string): void {
  const { name, version, license, dependencies } = manifest;
  const own = {
    name,
    version,
    license,
    private: true,
    // By this ending the framework knows what it is; for any other it would load a package that looks for package.json.
    main: 'index.cjs',
    engines: { node: '24.x' },
    scripts: { 'gcp-build': REHEARSAL_SCRIPT },
    dependencies: { [FRAMEWORK]: dependencies[FRAMEWORK] },
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'index.cjs'), code);
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
}

function countBytes(metafiles: readonly Metafile[]): Artefact['bytesByPackage'] {
  const bytes = new Map<string, number>();
  for (const { outputs } of metafiles)
    for (const { inputs } of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(inputs)) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? manifest.name;
        bytes.set(name, (bytes.get(name) ?? 0) + bytesInOutput);
      }
  return [...bytes].sort(([, one], [, other]) => other - one);
}
