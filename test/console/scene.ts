import { asServiceAccount, asUser, perimeterBlock } from '../../src/local/demo/demo-entries.ts';
import { type ConsoleStage, refusedCall } from './console-stage.ts';

/** What the pages show in pictures and in the tests of all pages: one of each thing that can happen. */
export async function playScene(stage: ConsoleStage): Promise<void> {
  const account = (name: string) => asServiceAccount(`${name}@acme-ml.iam.gserviceaccount.com`);
  await stage.deny(refusedCall(account('chat')));
  await stage.deny(refusedCall(account('chat'), 'acme-vision'));
  await stage.deny(refusedCall(account('chat'), 'acme-pay'));
  await stage.deny(refusedCall(account('batch')));
  await stage.deny(refusedCall(asUser('alice@example.com')));
  await stage.deny(refusedCall(asUser('alice@example.com')));
  await stage.deny(refusedCall(account('search')));
  await stage.deny(refusedCall({}));
  await stage.deny(perimeterBlock(`p${Date.now()}`, account('reports'), 'enforced', new Date().toISOString()));
}
