import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../ingest/fields.ts';
import { once } from './resource-manager-clients.ts';

export const AUDIT_LOG_TYPE = 'type.googleapis.com/google.cloud.audit.AuditLog';

/** Reads and writes the payload of audit entries, which the Logging API hands out as bytes. */
export interface AuditPayloadCodec {
  /** The payload as Cloud Logging spells it in JSON. Throws where the bytes are no such payload. */
  toJson(bytes: Uint8Array): Readonly<Record<string, unknown>>;
  /** The bytes of a payload in JSON; only for a stand-in of the API. */
  toBytes(json: Readonly<Record<string, unknown>>): Uint8Array;
}

const OWN_PROTOS = join(dirname(fileURLToPath(import.meta.url)), 'protos');
const FILES = ['google/cloud/audit/audit_log.proto', 'google/rpc/error_details.proto'];

/**
 * Loads the codec. The Logging client knows no payloads (googleapis/nodejs-logging#991), and of the protos of google-gax
 * only that of audit entries is missing: it lies beside this file. `serviceDelegationHistory`, which JSON shows of some
 * service agents, is in no published proto and does not come through.
 */
export const loadAuditPayloadCodec = once(async (): Promise<AuditPayloadCodec> => {
  const { protobuf, serializer } = await import('google-gax');
  const others = join(dirname(createRequire(import.meta.url).resolve('google-gax')), '..', 'protos');
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(target === FILES[0] ? OWN_PROTOS : others, target);
  root.loadSync(FILES);
  const type = root.lookupType('google.cloud.audit.AuditLog');
  return {
    toJson: (bytes) => {
      const message = type.decode(bytes);
      const unknown = withoutUnknownDetails(message, (name) => hasType(root, name));
      const json: unknown = serializer.toProto3JSON(message);
      if (!isRecord(json)) throw new Error('a payload of an audit entry came out as no object');
      return { '@type': AUDIT_LOG_TYPE, ...json, ...withNames(json.status, unknown) };
    },
    toBytes: (json) => {
      const { '@type': _type, ...fields } = json;
      const message = serializer.fromProto3JSON(type, JSON.parse(JSON.stringify(fields)));
      if (message === null) throw new Error('expected a payload, got null');
      return type.encode(message).finish();
    },
  };
});

interface Roots {
  lookupType(name: string): unknown;
}

function hasType(root: Roots, name: string): boolean {
  try {
    return root.lookupType(name) !== undefined;
  } catch {
    return false;
  }
}

// Details of a type that is not known cannot be spelled out; that they are there, and what they are called, can.
function withoutUnknownDetails(message: object, isKnown: (name: string) => boolean): readonly string[] {
  const status: unknown = Reflect.get(message, 'status');
  if ('serviceData' in message) Reflect.deleteProperty(message, 'serviceData');
  const details: unknown = isRecord(status) ? status.details : [];
  if (!Array.isArray(details) || typeof status !== 'object' || status === null) return [];
  const urlOf = (detail: unknown) => (isRecord(detail) ? String(detail.type_url ?? '') : '');
  const isNamed = (detail: unknown) => isKnown(urlOf(detail).replace(/^.*\//, ''));
  Reflect.set(status, 'details', details.filter(isNamed));
  return details.filter((detail: unknown) => !isNamed(detail)).map(urlOf);
}

function withNames(status: unknown, urls: readonly string[]): object {
  if (urls.length === 0 || !isRecord(status)) return {};
  const known: readonly unknown[] = Array.isArray(status.details) ? status.details : [];
  return { status: { ...status, details: [...known, ...urls.map((url) => ({ '@type': url }))] } };
}
