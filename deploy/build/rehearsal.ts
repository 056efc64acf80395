import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';

const ENTRY = deniedCall({
  insertId: 'rehearsal',
  project: 'acme-ml',
  caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
});

const SAMPLE = readFileSync(join(import.meta.dirname, '..', 'allowlist.example.yaml'), 'utf8');

/** A push message about a call that was not refused. */
const ALLOWED_CALL = JSON.stringify({
  message: {
    data: Buffer.from(JSON.stringify({ ...ENTRY, protoPayload: { ...ENTRY.protoPayload, status: {} } })).toString(
      'base64',
    ),
    messageId: '1',
    publishTime: '2026-11-24T02:14:09Z',
  },
  subscription: 'projects/acme-guestlist/subscriptions/rehearsal',
});

/** Packages that the first grant needs. */
const NEEDED = [
  '@google-cloud/firestore',
  '@google-cloud/logging',
  '@google-cloud/pubsub',
  '@google-cloud/resource-manager',
] as const;

/** Where the compile cache is, from the function's folder: the variable `NODE_COMPILE_CACHE` names it. */
export const CACHE_FOLDER = '.compile-cache';

/** The script that buildpacks run where they build the image (Cloud Run functions, Node.js: custom build steps). */
export const REHEARSAL_SCRIPT = `NODE_COMPILE_CACHE=${CACHE_FOLDER} node index.cjs`;

/**
 * The code before everything else. Run by itself, the file is no function: it loads what a start and a first grant load,
 * and answers one message about a call that went through, so that Node's compile cache holds all of that in the image. It
 * reads a sample and listens to itself alone; nothing of it reaches Google.
 */
export const REHEARSAL_HEAD = `const isRehearsal = require.main === module;
if (isRehearsal) {
  const folder = require('node:fs').mkdtempSync(require('node:path').join(require('node:os').tmpdir(), 'guestlist-'));
  process.env.GUESTLIST_ALLOWLIST = folder + '/allowlist.yaml';
  process.env.GUESTLIST_IDENTITY = 'guestlist@acme-guestlist.iam.gserviceaccount.com';
  require('node:fs').writeFileSync(process.env.GUESTLIST_ALLOWLIST, ${JSON.stringify(SAMPLE)});
  process.once('exit', () => require('node:fs').rmSync(folder, { recursive: true }));
}`;

/** The code after the sources. */
export const rehearsalTail = (load: string, framework: string): string => `if (isRehearsal) {
  for (const name of ${JSON.stringify(NEEDED)}) ${load}(name);
  const server = require('${framework}/testing').getTestServer('remediate');
  server.listen(0, '127.0.0.1', async () => {
    const body = ${JSON.stringify(ALLOWED_CALL)};
    const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
    const { status } = await fetch('http://127.0.0.1:' + server.address().port, options);
    if (status !== 204) process.exitCode = 1;
    server.close();
    server.closeAllConnections();
  });
}`;
