import { handleMessage } from '../../src/pipeline.ts';
import type { Cloud } from './cloud.ts';
import { noteDefect } from './defects.ts';
import type { PlannedMessage } from './draw-messages.ts';
import type { Fleet } from './fleet.ts';
import { START } from './plan.ts';
import type { Process } from './process.ts';

const ACK_DEADLINE_MILLISECONDS = 60_000;

/** After a failure a message comes again after this, then after twice as long, and so on up to the longest. */
const SHORTEST_MILLISECONDS = 10_000;
const LONGEST_MILLISECONDS = 160_000;

/**
 * Delivers a message as Pub/Sub pushes: again after an error, again when the deadline passes, and sometimes for no
 * reason at all; or so many times, and then never again.
 */
export function publish(message: PlannedMessage, fleet: Fleet, cloud: Cloud): void {
  let isAcknowledged = false;
  let attempts = 0;
  const deliver = (): void => {
    if (isAcknowledged) return;
    attempts += 1;
    if (message.attempts !== null && attempts > message.attempts) cloud.deadLetters.add(message.entry);
    else attempt(again);
  };
  const again = (milliseconds: number) => cloud.scheduler.after(milliseconds, deliver);
  const attempt = (onFailure: (milliseconds: number) => unknown): void => {
    const process = fleet.pick();
    if (process === null) return void onFailure(1_000);
    // What comes after the deadline is not heard any more.
    let isOver = false;
    const end = (then: () => unknown): void => {
      if (!isOver) then();
      isOver = true;
    };
    cloud.scheduler.after(ACK_DEADLINE_MILLISECONDS, () =>
      end(() => onFailure(backOff(attempts) + cloud.random.below(10_000))),
    );
    handle(message, process).then(
      () =>
        end(() => {
          isAcknowledged = true;
        }),
      (error: unknown) => {
        noteDefect(error, cloud);
        end(() => onFailure(backOff(attempts) + cloud.random.below(10_000)));
      },
    );
  };
  for (let copy = 0; copy < message.copies; copy += 1)
    cloud.scheduler.after(message.at - START + cloud.random.below(copy === 0 ? 1 : 120_000), () =>
      copy === 0 ? deliver() : attempt(() => undefined),
    );
}

function backOff(attempts: number): number {
  return Math.min(LONGEST_MILLISECONDS, SHORTEST_MILLISECONDS * 2 ** Math.max(0, attempts - 1));
}

async function handle({ entry }: PlannedMessage, process: Process): Promise<void> {
  const data = Buffer.from(JSON.stringify(entry)).toString('base64');
  await handleMessage({ message: { data, messageId: 'm' }, subscription: 's' }, await process.pipeline());
}
