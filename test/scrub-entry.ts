import { isRecord } from '../src/ingest/fields.ts';

/** Fields that hold what people wrote or what the call carried; no scenario needs them. */
const DROPPED: ReadonlySet<string> = new Set([
  'request',
  'response',
  'serviceData',
  'callerSuppliedUserAgent',
  'callerNetwork',
  'vpcServiceControlsTroubleshootToken',
  'troubleshootToken',
  'oauthInfo',
  'trace',
  'spanId',
  'labels',
]);

/**
 * Replaces what could name a person, a company or a machine, the same text by the same stand-in: addresses, project
 * ids and numbers, keys, tokens, IP addresses, opaque ids. Google's own names stay, because the diagnosis needs them.
 */
export function scrub(entries: readonly unknown[]): readonly unknown[] {
  const names = createStandIns();
  return entries.map((entry) => scrubValue(entry, names));
}

interface StandIns {
  of(kind: string, text: string, make: (count: number) => string): string;
}

function createStandIns(): StandIns {
  const known = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    of: (kind, text, make) => {
      const key = `${kind} ${text.toLowerCase()}`;
      const stored = known.get(key);
      if (stored !== undefined) return stored;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      known.set(key, make(count));
      return make(count);
    },
  };
}

function scrubValue(value: unknown, names: StandIns): unknown {
  if (typeof value === 'string') return scrubText(value, names);
  if (Array.isArray(value)) return value.map((item: unknown) => scrubValue(item, names));
  if (!isRecord(value)) return value;
  const kept = Object.entries(value).filter(([key]) => !DROPPED.has(key));
  return Object.fromEntries(
    kept.map(([key, item]) => [
      key,
      key === 'insertId' ? names.of('insert', String(item), (n) => `scrubbed${n}`) : scrubValue(item, names),
    ]),
  );
}

const PUBLIC_DOMAIN =
  /^(?:gcp-sa-[a-z0-9-]+|compute-system|container-engine-robot|serverless-robot-prod|gcf-admin-robot)$/;

function scrubText(text: string, names: StandIns): string {
  const project = (id: string) => names.of('project', id, (n) => `acme-project-${n}`);
  const number = (digits: string) => names.of('number', digits, (n) => String(100_000_000_000 + n));
  return text
    .replace(
      /[A-Za-z0-9._%+-]+@([a-z0-9-]+)((?:\.[a-z0-9-]+)*)\.iam\.gserviceaccount\.com/gi,
      (email: string, id: string) =>
        PUBLIC_DOMAIN.test(id)
          ? email.replace(/[0-9]{6,}/g, number)
          : `${names.of('account', email, (n) => `account-${n}`)}@${project(id)}.iam.gserviceaccount.com`,
    )
    .replace(
      /[A-Za-z0-9._%+-]+@(?!acme-project|[a-z0-9-]+\.iam\.gserviceaccount|developer\.gserviceaccount|cloudservices|cloudbuild)[a-z0-9-]+(?:\.[a-z0-9-]+)+/gi,
      (email) => (email.includes('...') ? email : names.of('person', email, (n) => `person-${n}@example.com`)),
    )
    .replace(
      /\b(projects\/)([a-z][a-z0-9:.-]{4,60}[a-z0-9])/g,
      (_, start: string, id: string) => `${start}${id.startsWith('acme-project-') ? id : project(id)}`,
    )
    .replace(/\/keys\/[A-Za-z0-9]+/g, '/keys/0000000000000000')
    .replace(/errorId=[^\s&]+/g, 'errorId=scrubbed')
    .replace(/\b(?:\d{1,3}\.){3}\d{1,3}\b/g, (address) => names.of('address', address, (n) => `203.0.113.${n % 256}`))
    .replace(/(?<![\d:T.-])[0-9]{9,20}(?![\d:Z.])/g, number)
    .replace(/(accessPolicies\/)[0-9]+(\/(?:servicePerimeters|accessLevels)\/)[A-Za-z0-9_]+/g, '$1987654$2scrubbed');
}
