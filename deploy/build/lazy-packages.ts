import { readFileSync } from 'node:fs';
import { brotliCompressSync } from 'node:zlib';
import type { Plugin } from 'esbuild';

/** Name of the function by which the bundle loads a package that it carries as a text. */
export const LOAD = '__loadPackage';

/**
 * Packages that the sources load on need, or that those share: what belongs together is one unit, compiled when the
 * first of its packages is needed. Each package is in the bundle once; a unit names every part of it that others ask for.
 */
export const UNITS = [
  [
    'google-gax',
    'google-gax/fallback',
    '@grpc/grpc-js',
    '@grpc/grpc-js/package.json',
    'google-auth-library',
    'gcp-metadata',
    'protobufjs',
    'protobufjs/minimal',
  ],
  ['@google-cloud/firestore'],
  ['@google-cloud/logging'],
  ['@google-cloud/pubsub'],
  ['@google-cloud/resource-manager'],
  ['@marcbachmann/cel-js'],
  ['@opentelemetry/api'],
  ['@opentelemetry/exporter-trace-otlp-http', '@opentelemetry/resources', '@opentelemetry/sdk-trace-node'],
  ['cockatiel', 'p-throttle'],
  ['@hono/node-server', 'hono', 'hono/body-limit', 'hono/cookie', 'hono/secure-headers'],
  ['jose'],
  ['undici'],
] as const;

/** Packages that others ask for and do without. */
export const OPTIONAL: readonly string[] = ['supports-color'];

const LAZY: ReadonlySet<string> = new Set(UNITS.flat());

/**
 * Turns `import('package')` and `loadPackage` of the sources into a call that compiles the package when it is first
 * needed. A package that is not among the lazy ones fails the build.
 */
export function lazyImports(): Plugin {
  return {
    name: 'lazy-imports',
    setup: (build) => {
      build.onLoad({ filter: /[\\/]src[\\/].*\.json$/ }, ({ path }) => ({
        contents: jsonModule(readFileSync(path, 'utf8')),
      }));
      build.onLoad({ filter: /[\\/]src[\\/]load-package\.ts$/ }, () => ({
        contents: `export const loadPackage = ${LOAD};`,
      }));
      build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => {
        const source = readFileSync(path, 'utf8');
        for (const [, name = ''] of source.matchAll(/\bloadPackage\('([^']+)'\)/g)) checkLazy(name, path);
        const contents = source.replaceAll(/(?<!typeof )\bimport\('([^'.][^']*)'\)/g, (_all, name: string) => {
          checkLazy(name, path);
          return `Promise.resolve().then(() => ${LOAD}('${name}'))`;
        });
        return { contents, loader: 'ts' };
      });
    },
  };
}

/** A module of data. It is parsed from a text, which is faster than the same data as code. */
export function jsonModule(json: string): string {
  return `module.exports = JSON.parse(${JSON.stringify(JSON.stringify(JSON.parse(json)))});`;
}

function checkLazy(name: string, path: string): void {
  if (!LAZY.has(name)) throw new Error(`${path} loads ${name} on need, which is not among the lazy packages`);
}

/** How the code of a unit begins: what it requires comes from other units. */
export const UNIT_HEAD = 'require = module.loadPackage;';

/** The entry of a unit: what gives each of its packages, by name. */
export function unitEntry(names: readonly string[]): string {
  return names.map((name) => `exports['${name}'] = () => require('${name}');`).join('\n');
}

/**
 * The code before that of the sources: what compiles a unit on need, from its text in this same file. Throws for a
 * package that is in none.
 */
export const LOADER = `const ${LOAD} = (() => {
  const builtin = new Set(require('node:module').builtinModules);
  const units = ${JSON.stringify(Object.fromEntries(UNITS.flatMap((unit) => unit.map((name) => [name, unit[0]]))))};
  const loaded = new Map();
  let file = null;
  const textOf = (unit) => {
    file ??= require('node:fs').readFileSync(__filename, 'latin1');
    const start = file.indexOf('\\n//' + unit + ' ') + unit.length + 4;
    const line = file.slice(start, file.indexOf('\\n', start));
    return require('node:zlib').brotliDecompressSync(Buffer.from(line, 'base64')).toString('latin1');
  };
  const compile = (unit) => {
    const module = new (require('node:module').Module)(__dirname + '/bundled/' + unit + '.js');
    // As the code of a module, so that Node's compile cache holds it.
    module.loadPackage = load;
    module._compile(textOf(unit), module.id);
    return module.exports;
  };
  const load = (name) => {
    if (name.startsWith('node:') || builtin.has(name)) return require(name);
    const unit = units[name];
    if (unit === undefined) throw new Error(name + ' is not in the bundle');
    if (!loaded.has(unit)) loaded.set(unit, compile(unit));
    return loaded.get(unit)[name]();
  };
  return load;
})();`;

/**
 * The comments after the code of the sources: each unit, compressed, as a line of its own. A comment costs next to
 * nothing at start, where code would be parsed whether or not it is used. esbuild writes ASCII only.
 */
export function unitsAsComments(texts: ReadonlyMap<string, string>): string {
  const lines = [...texts].map(([unit, text]) => `//${unit} ${brotliCompressSync(text).toString('base64')}\n`);
  return lines.join('');
}
