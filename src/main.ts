import * as functions from '@google-cloud/functions-framework';
import { checkAllowlistFile } from './allowlist-source.ts';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import { once } from './google/resource-manager-clients.ts';
import { parseObjectName } from './google/storage-object.ts';
import { handleMessage } from './pipeline.ts';
import type { Pipeline } from './pipeline-ports.ts';
import { Redeliver } from './redeliver.ts';
import { standardOutput } from './standard-output.ts';
import { sweep } from './sweep/sweep.ts';

// Read at load: a function that is set up wrongly does not start, and every problem is named at once.
const config = readConfig(process.env);
const events = standardOutput();
if (parseObjectName(config.allowlistPath) === null) checkAllowlistFile(config.allowlistPath);
const pipeline = once(async () => {
  const composed = await compose(config, events, console.log);
  const { mode, rules } = await composed.allowlist();
  const channels = composed.channels.map((channel) => channel.name).join(' ');
  events.write({ event: 'function-started', mode, rules: rules.length, ledger: config.ledger, channels });
  return composed;
});

functions.cloudEvent(
  'remediate',
  handing((event, composed) => handleMessage(event, composed)),
);

// The message of the tick says nothing that is needed: whoever may send one can only make a sweep come sooner.
functions.cloudEvent(
  'sweep',
  handing((_event, composed) => sweep(composed, config.sweep)),
);

function handing(handle: (event: unknown, composed: Pipeline) => Promise<void>) {
  return async (event: unknown): Promise<void> => {
    try {
      await handle(event, await pipeline());
    } catch (error) {
      const reason = error instanceof Redeliver ? error.reason : 'defect';
      const detail = error instanceof Error ? error.message : 'unknown error';
      events.write({ event: 'message-handed-back', reason, detail });
      throw error;
    }
  };
}
