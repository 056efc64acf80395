import * as functions from '@google-cloud/functions-framework';
import { checkAllowlistFile } from './allowlist-source.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { ANYBODY, createPushVerifier } from './google/push-token.ts';
import { once } from './google/resource-manager-clients.ts';
import { parseObjectName } from './google/storage-object.ts';
import { andThen, type Soon } from './iam/soon.ts';
import { handleMessage } from './pipeline.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { refuseEncodedBodies } from './refuse-encoded.ts';
import { servePush } from './serve.ts';
import { serveConsole } from './serve-console.ts';
import { printLine, standardOutput } from './standard-output.ts';
import { sweep } from './sweep/sweep.ts';
import { openTracing } from './tracing.ts';

// Read at load: a function that is set up wrongly does not start, and every problem is named at once.
const config = readConfig(process.env);
const events = standardOutput();
refuseEncodedBodies();
if (parseObjectName(config.allowlistPath) === null) checkAllowlistFile(config.allowlistPath);
const opened = once(async () => {
  const tracing = await openTracing(process.env);
  const composed = await compose(config, { events, print: printLine, tracing });
  const { mode, rules } = await composed.allowlist();
  const channels = composed.channels.map((channel) => channel.name).join(' ');
  const pushes = config.pushIdentity === null ? 'not-verified' : 'verified';
  events.write({ event: 'function-started', mode, rules: rules.length, ledger: config.ledger, channels, pushes });
  return composed;
});

let open: Pipeline | null = null;

function pipeline(): Soon<Pipeline> {
  return (
    open ??
    opened().then((composed) => {
      open = composed;
      return composed;
    })
  );
}

const { pushIdentity, pushKeys } = config;
const verifyPush = pushIdentity === null ? ANYBODY : createPushVerifier(pushIdentity, pushKeys);

functions.http('remediate', serving('remediate', handleMessage));

// The message of the tick says nothing that is needed: whoever may send one can only make a sweep come sooner.
functions.http(
  'sweep',
  serving('sweep', (_body, composed) => sweep(composed, config.sweep)),
);

functions.http('console', serveConsole(openConsole, events));

// Loaded on need: the functions that take messages have no use for it.
async function openConsole() {
  const { console, proxyKeys } = config;
  if (console.audience === null)
    throw new Error('GUESTLIST_IAP_AUDIENCE: expected the audience of the proxy before the console; it is not set');
  const [{ createConsole }, { createProxyVerifier }] = await Promise.all([
    import('./console/console.ts'),
    import('./google/proxy-assertion.ts'),
  ]);
  return createConsole({
    pipeline: opened,
    verify: createProxyVerifier(console.audience, proxyKeys, Date.now),
    config: console,
    proxy: proxyKeys.kind === 'google' ? 'google' : 'stand-in',
    events,
  });
}

function serving(name: string, handle: (body: unknown, composed: Pipeline) => Soon<void>) {
  return servePush({
    verifyPush,
    events,
    handle: (body) =>
      andThen(pipeline(), (composed) => {
        const { span, flush } = composed.tracing;
        const run = () => span(name, {}, () => handle(body, composed));
        return flush === null ? run() : flushedAfter(run, flush);
      }),
  });
}

async function flushedAfter(run: () => Soon<void>, flush: () => Promise<void>): Promise<void> {
  try {
    await run();
  } finally {
    await flush();
  }
}
