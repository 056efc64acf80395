import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { isRecord } from '../../src/ingest/fields.ts';
import { jsonModule } from './lazy-packages.ts';
import { type ProtoJson, pruneProtos } from './prune-protos.ts';
import { USED_CLIENTS, USED_METHODS } from './used-methods.ts';
import { withoutReflection } from './without-reflection.ts';

const require = createRequire(import.meta.url);

/** Option messages that the gRPC loader itself asks for. */
const LOADER_TYPES = ['File', 'Message', 'Field', 'Oneof', 'Enum', 'EnumValue', 'Service', 'Method'].map(
  (name) => `google.protobuf.${name}Options`,
);

/**
 * What the function does not use, and what makes half of all the code: messages as code, for calls by REST and for
 * long-running operations; descriptors of descriptors; gRPC servers; uploads; what Node itself has.
 */
const LEFT_OUT = new RegExp(
  [
    'protos/(?:protos|iam_service|operations|locations)\\.js$',
    'protobufjs/ext/descriptor/index\\.js$',
    '@grpc/grpc-js/build/src/server(?:-interceptors)?\\.js$',
    'google-gax/build/src/resumableUpload\\.js$',
    'web-streams-polyfill/dist/.+$',
  ]
    .map((path) => `[/\\\\]${path.replaceAll('/', '[/\\\\]')}`)
    .join('|'),
);

const GAX_PROTOS = /[\\/]google-gax[\\/]build[\\/]protos[\\/](?:iam_service|operations|locations)\.json$/;

/** Bundles of Google's packages what is used: some clients, and of their protos some methods with their messages. */
export function googleClients(): Plugin {
  const packages = Object.keys(USED_CLIENTS).map((name) => name.replaceAll('/', '\\/'));
  return {
    name: 'google-clients',
    setup: (build) => {
      build.onResolve({ filter: new RegExp(`^(?:${packages.join('|')})$`) }, ({ path }) => ({
        path,
        namespace: 'google-clients',
      }));
      build.onLoad({ filter: /./, namespace: 'google-clients' }, ({ path }) => ({
        contents: moduleOf(path),
        resolveDir: import.meta.dirname,
      }));
      build.onLoad({ filter: /[\\/]protos[\\/]protos\.json$/ }, ({ path }) => {
        const pruned = pruneProtos(readJson(path), wantedOf(path));
        return { contents: jsonModule(JSON.stringify(pruned)), loader: 'js' };
      });
      build.onLoad({ filter: GAX_PROTOS }, ({ path }) => {
        const name = `google.${path.includes('iam') ? 'iam.v1.IAMPolicy' : path.includes('loc') ? 'cloud.location.Locations' : 'longrunning.Operations'}`;
        return {
          contents: jsonModule(JSON.stringify(pruneProtos(readJson(path), { methods: { [name]: [] }, types: [] }))),
          loader: 'js',
        };
      });
      build.onLoad({ filter: /[\\/]proto-loader[\\/]build[\\/]src[\\/]index\.js$/ }, ({ path }) => ({
        contents: withoutReflection(readFileSync(path, 'utf8')),
      }));
      build.onLoad({ filter: LEFT_OUT }, ({ path }) => ({ contents: leftOut(basename(path)) }));
    },
  };
}

function moduleOf(name: string): string {
  const used = USED_CLIENTS[name];
  if (used === undefined) throw new Error(`${name} is not among the packages whose clients are named`);
  const lines = Object.entries(used.clients).map(
    ([client, file]) => `exports.${client} = require(${JSON.stringify(fileOf(file))}).${client};`,
  );
  return [...lines, ...(used.within === null ? [] : [`exports.${used.within} = exports;`])].join('\n');
}

// Its properties can be passed on; whoever calls one is told what is wrong.
function leftOut(name: string): string {
  return `const leftOut = (name) => new Proxy(() => {}, {
  get: (_target, key) => (key === '__esModule' ? true : leftOut(name + '.' + String(key))),
  apply: () => { throw new Error(name + ' is left out of the bundle'); },
  construct: () => { throw new Error(name + ' is left out of the bundle'); },
});
module.exports = leftOut('${name}');`;
}

// A client looks up some types by name besides those of its methods.
function wantedOf(protos: string) {
  const json = readJson(protos);
  const folder = protos.slice(0, protos.lastIndexOf(`${sep}build${sep}`) + 1);
  const files = Object.values(USED_CLIENTS)
    .flatMap(({ clients }) => Object.values(clients))
    .map(fileOf)
    .filter((file) => file.startsWith(folder));
  const looked = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/protoFilesRoot\.lookup\('\.([\w.]+)'\)/g)].map(([, type]) => type ?? ''),
  );
  const services = Object.entries(USED_METHODS).filter(([service]) => isThere(json, service));
  return {
    methods: Object.fromEntries(services),
    types: [...new Set([...looked, ...LOADER_TYPES.filter((type) => isThere(json, type))])],
  };
}

// By the folder of the package: not every package lets its files be asked for.
function fileOf(file: string): string {
  const [scope = '', name = '', ...rest] = file.split('/');
  const main = require.resolve(`${scope}/${name}`);
  return join(main.slice(0, main.lastIndexOf(join(scope, name))), scope, name, ...rest);
}

function isThere(json: ProtoJson, name: string): boolean {
  const found = name.split('.').reduce<unknown>((node, part) => {
    const nested = isRecord(node) ? node.nested : null;
    return isRecord(nested) ? nested[part] : null;
  }, json);
  return isRecord(found);
}

function readJson(path: string): ProtoJson {
  const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (isRecord(json)) return json;
  throw new Error(`${path} holds no protos`);
}
