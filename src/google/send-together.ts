import { shareCalls } from '../share-calls.ts';

/** How things of one kind are sent. */
export interface Sending<T> {
  readonly bytesOf: (item: T) => number;
  /** Sends all or fails; sending a thing twice has to do no harm. */
  readonly send: (items: readonly T[]) => Promise<void>;
  /** A call holds at most so many bytes and things. */
  readonly mostBytes: number;
  readonly most: number;
}

/**
 * Sends what comes while a call is under way with the next one. When a call of several fails, each is sent by itself, so
 * that one which is refused does not hold up the others.
 */
export function sendTogether<T>({ bytesOf, send, mostBytes, most }: Sending<T>): (item: T) => Promise<void> {
  return shareCalls<T, void>({
    keyOf: () => '',
    most,
    enter: null,
    run: async (items) => {
      const results: PromiseSettledResult<void>[] = [];
      for (const batch of inBatches(items, bytesOf, mostBytes)) results.push(...(await sendBatch(batch, send)));
      return results;
    },
  });
}

async function sendBatch<T>(
  batch: readonly T[],
  send: (items: readonly T[]) => Promise<void>,
): Promise<readonly PromiseSettledResult<void>[]> {
  const [together] = await Promise.allSettled([send(batch)]);
  if (together.status === 'fulfilled' || batch.length === 1) return batch.map(() => together);
  return Promise.allSettled(batch.map((item) => send([item])));
}

function inBatches<T>(items: readonly T[], bytesOf: (item: T) => number, most: number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    const batch = batches.at(-1);
    if (batch === undefined || bytes + size > most) {
      batches.push([item]);
      bytes = size;
    } else {
      batch.push(item);
      bytes += size;
    }
  }
  return batches;
}
