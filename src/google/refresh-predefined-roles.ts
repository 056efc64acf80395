import { readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type ApiRole,
  diffRolesFiles,
  type FileReading,
  formatRolesFile,
  lostRoles,
  readRolesFile,
  readRolesPage,
  rolesFileFrom,
  summarizeDiff,
} from './predefined-roles-file.ts';

const USAGE = `usage: npm run refresh:roles [-- --from FILE] [--allow-removals]

  Writes src/iam/predefined-roles.json anew from the IAM API, with application default credentials.
  --from FILE        reads FILE, a saved answer of roles.list?view=FULL or a list of roles, instead of asking the API
  --allow-removals   writes the file also when roles that are in it now would be lost
`;
const TARGET = fileURLToPath(new URL('../iam/predefined-roles.json', import.meta.url));
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
const ROLES_URL = 'https://iam.googleapis.com/v1/roles?view=FULL&pageSize=1000';
const CALL_TIMEOUT_MILLISECONDS = 60_000;
const MOST_PAGES = 100;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

interface Answer {
  readonly roles: readonly ApiRole[];
  readonly readOn: string;
}

/** Ends the run with a message for the person who started it. */
class RefreshError extends Error {}

async function refresh(args: readonly string[]): Promise<number> {
  const options = readOptions(args);
  if (options.kind === 'wrong') {
    process.stderr.write(`refresh:roles: ${options.reason}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  const { roles, readOn } = options.from === null ? await askApi() : await readAnswerFile(options.from);
  const before = unwrap(readRolesFile(await readJson(TARGET)), TARGET);
  const after = unwrap(rolesFileFrom(roles, { readOn, source: ROLES_URL }), options.from ?? ROLES_URL);
  const diff = diffRolesFiles(before, after);
  process.stdout.write(`${summarizeDiff(diff).join('\n')}\n`);
  const lost = lostRoles(diff);
  if (lost.length > 0 && !options.allowRemovals) {
    process.stderr.write(
      `refresh:roles: nothing written. ${lost.length} roles would be lost: ${lost.join(', ')}.\n` +
        'If they are really gone, run again with --allow-removals.\n',
    );
    return EXIT_FAILED;
  }
  await writeFile(TARGET, formatRolesFile(after));
  process.stdout.write(`Wrote ${Object.keys(after.roles).length} roles, read on ${readOn}, to ${TARGET}.\n`);
  return 0;
}

function readOptions(
  args: readonly string[],
):
  | { readonly kind: 'options'; readonly from: string | null; readonly allowRemovals: boolean }
  | { readonly kind: 'wrong'; readonly reason: string } {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, 'allow-removals': { type: 'boolean', default: false } },
    });
    return { kind: 'options', from: values.from ?? null, allowRemovals: values['allow-removals'] };
  } catch (error) {
    return { kind: 'wrong', reason: messageOf(error) };
  }
}

async function askApi(): Promise<Answer> {
  const { GoogleAuth } = await import('google-auth-library');
  const auth = new GoogleAuth({ scopes: SCOPE });
  const roles: ApiRole[] = [];
  let token = '';
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const url = token === '' ? ROLES_URL : `${ROLES_URL}&pageToken=${encodeURIComponent(token)}`;
    const answer = unwrap(readRolesPage(await get(url, await credentials(auth, url))), url);
    roles.push(...answer.roles);
    if (answer.nextPageToken === '') return { roles, readOn: dayOf(new Date()) };
    token = answer.nextPageToken;
  }
  throw new RefreshError(`${ROLES_URL} still has more after ${MOST_PAGES} pages`);
}

async function credentials(
  auth: { readonly getRequestHeaders: (url: string) => Promise<Headers> },
  url: string,
): Promise<Headers> {
  try {
    return await auth.getRequestHeaders(url);
  } catch (error) {
    throw new RefreshError(`no credentials (try: gcloud auth application-default login): ${messageOf(error)}`);
  }
}

async function get(url: string, headers: Headers): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS);
    const response = await fetch(url, { headers, redirect: 'error', signal });
    if (response.ok) return await response.json();
    throw new RefreshError(`${url} answered HTTP ${response.status}: ${(await response.text()).slice(0, 500)}`);
  } catch (error) {
    throw error instanceof RefreshError ? error : new RefreshError(`${url} could not be read: ${messageOf(error)}`);
  }
}

// A file says what was true when it was saved, so its own date counts and not today's.
async function readAnswerFile(path: string): Promise<Answer> {
  const { roles, nextPageToken } = unwrap(readRolesPage(await readJson(path)), path);
  if (nextPageToken !== '') throw new RefreshError(`${path} holds one page of several: it ends with a nextPageToken`);
  return { roles, readOn: dayOf((await stat(path)).mtime) };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    throw new RefreshError(`${path} could not be read: ${messageOf(error)}`);
  }
}

function unwrap<T>(reading: FileReading<T>, place: string): T {
  if (reading.kind === 'read') return reading.value;
  throw new RefreshError(`${place}:\n${reading.reasons.map((reason) => `  - ${reason}`).join('\n')}`);
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await refresh(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof RefreshError)) throw error;
  process.stderr.write(`refresh:roles: ${error.message}\n`);
  process.exitCode = EXIT_FAILED;
}
