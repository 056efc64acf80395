import protobuf from 'protobufjs';
import { isRecord } from '../../src/ingest/fields.ts';

/** A protobufjs descriptor: packages, messages, enums and services, one in the other. */
export type ProtoJson = Readonly<Record<string, unknown>>;

/** What is kept of a descriptor. */
export interface Wanted {
  /** Names of methods by the full name of their service. */
  readonly methods: Readonly<Record<string, readonly string[]>>;
  /** Full names of types that are looked up by name. */
  readonly types: readonly string[];
}

/**
 * The part of a descriptor that some methods need: their services with these methods alone, and every message and enum
 * that can be reached from them or from `types`. Throws when one of them is not there: then an update has renamed it.
 */
export function pruneProtos(json: ProtoJson, { methods, types }: Wanted): ProtoJson {
  const root = protobuf.Root.fromJSON({ ...json });
  const reached = new Set<string>();
  for (const [service, names] of Object.entries(methods)) {
    const found = root.lookupService(service);
    for (const name of names) {
      const method = found.methods[name];
      if (method === undefined) throw new Error(`the service ${service} has no method ${name}`);
      method.resolve();
      reach(method.resolvedRequestType, reached);
      reach(method.resolvedResponseType, reached);
    }
  }
  for (const name of types) reach(root.lookupTypeOrEnum(name), reached);
  return keep(json, '', reached, methods) ?? {};
}

function reach(object: protobuf.ReflectionObject | null, reached: Set<string>): void {
  const name = object?.fullName.slice(1) ?? '';
  if (object === null || reached.has(name)) return;
  reached.add(name);
  if (!(object instanceof protobuf.Type)) return;
  for (const field of object.fieldsArray) reach(field.resolve().resolvedType, reached);
}

// Packages have no options here: those are words for generators of other languages.
function keep(
  node: ProtoJson,
  name: string,
  reached: ReadonlySet<string>,
  methods: Wanted['methods'],
): ProtoJson | null {
  const inside = (child: string) => (name === '' ? child : `${name}.${child}`);
  const nested = Object.entries(isRecord(node.nested) ? node.nested : {}).flatMap(([child, value]) => {
    const kept = isRecord(value) ? keep(value, inside(child), reached, methods) : null;
    return kept === null ? [] : [[child, kept] as const];
  });
  const below = nested.length === 0 ? {} : { nested: Object.fromEntries(nested) };
  const wanted = methods[name];
  if (wanted !== undefined && isRecord(node.methods)) {
    const own = node.methods;
    return { ...node, methods: Object.fromEntries(wanted.map((method) => [method, own[method]])), ...below };
  }
  const { nested: _nested, ...own } = node;
  if (reached.has(name)) return { ...own, ...below };
  return nested.length === 0 ? null : below;
}
