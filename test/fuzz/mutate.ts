import fc from 'fast-check';
import { isRecord } from '../../src/ingest/fields.ts';

const HOSTILE = [
  '',
  ' ',
  'projects/-/x',
  'projects/../../etc',
  'projects/acme-ml/locations/us-central1/publishers/google/models/gemini',
  'projects/999999999999',
  'allUsers',
  'allAuthenticatedUsers',
  'group:admins@example.com',
  'domain:example.com',
  'principalSet://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/*',
  'user:a...@e...m',
  'deleted:user:a@example.com?uid=1',
  'serviceAccount:x@acme-ml.iam.gserviceaccount.com.evil.example',
  'user:mallory@example.com@evil.example',
  `user:'; rm -rf / #@example.com`,
  'user:a@example.com\n--role=roles/owner',
  '${file("/etc/passwd")}',
  '<!channel>',
  '\u202Eelgoog@example.com',
  '\u0000',
  '__proto__',
  'roles/owner',
  'x'.repeat(5_000),
] as const;

const hostileText = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 60 }));
const anyValue = fc.oneof(
  hostileText,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.constant([]),
  fc.constant({}),
  fc.constant([{}]),
  fc.double(),
);

/** One way to change an entry: which leaf or branch, and what becomes of it. */
export interface Mutation {
  readonly at: number;
  readonly kind: 'drop' | 'text' | 'value';
  readonly text: string;
  readonly value: unknown;
}

export const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    at: fc.nat(500),
    kind: fc.constantFrom('drop' as const, 'text' as const, 'text' as const, 'value' as const),
    text: hostileText,
    value: anyValue,
  }),
  { minLength: 1, maxLength: 4 },
);

/** Applies mutations to a copy of a JSON value. */
export function mutate(entry: unknown, changes: readonly Mutation[]): unknown {
  return changes.reduce<unknown>(mutateOnce, structuredClone(entry));
}

function mutateOnce(entry: unknown, change: Mutation): unknown {
  const places = placesIn(entry);
  const place = places[change.at % Math.max(1, places.length)];
  if (place === undefined) return entry;
  const { holder, key } = place;
  if (change.kind === 'drop') drop(holder, key);
  else Reflect.set(holder, key, change.kind === 'text' ? change.text : structuredClone(change.value));
  return entry;
}

// JSON has no lists with holes.
function drop(holder: object, key: string): void {
  if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else Reflect.deleteProperty(holder, key);
}

interface Place {
  readonly holder: object;
  readonly key: string;
}

function placesIn(value: unknown): readonly Place[] {
  if (!Array.isArray(value) && !isRecord(value)) return [];
  return Object.entries(value).flatMap(([key, child]) => [{ holder: value, key }, ...placesIn(child)]);
}
