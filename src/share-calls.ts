/** How calls under one key are run together. */
export interface SharedCall<A, R> {
  readonly keyOf: (item: A) => string;
  /** Runs many as one; answers come in the order of the items, and may fail one by one. */
  readonly run: (items: readonly A[]) => Promise<readonly PromiseSettledResult<R>[]>;
  /** How many go together at most. */
  readonly most: number;
  /**
   * Called before items are taken from the queue, so that more can join meanwhile; `waiting` tells how many there are.
   * Gives what to call at the end. Null where there is nothing to wait for: then those of one moment go together.
   */
  readonly enter: ((key: string, waiting: () => number) => Promise<() => Promise<void>>) | null;
}

interface Waiting<A, R> {
  readonly item: A;
  readonly resolve: (result: R) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * While a call under a key is under way, later ones under the same key wait and then go together: one at a time for
 * each key in this process.
 */
export function shareCalls<A, R>(shared: SharedCall<A, R>): (item: A) => Promise<R> {
  const queues = new Map<string, Waiting<A, R>[]>();
  return (item) =>
    new Promise((resolve, reject) => {
      const key = shared.keyOf(item);
      const waiting = { item, resolve, reject };
      const queue = queues.get(key);
      if (queue !== undefined) {
        queue.push(waiting);
        return;
      }
      const started = [waiting];
      queues.set(key, started);
      void drain(key, started, shared, () => queues.delete(key));
    });
}

async function drain<A, R>(
  key: string,
  queue: Waiting<A, R>[],
  { run, most, enter }: SharedCall<A, R>,
  close: () => void,
): Promise<void> {
  while (queue.length > 0) {
    let batch: readonly Waiting<A, R>[] = [];
    try {
      const leave = await enter?.(key, () => queue.length);
      batch = queue.splice(0, most);
      const running = run(batch.map((waiting) => waiting.item));
      const results = await (leave === undefined ? running : running.finally(leave));
      for (const [index, waiting] of batch.entries()) settle(waiting, results[index]);
    } catch (error) {
      for (const waiting of batch.length > 0 ? batch : queue.splice(0)) waiting.reject(error);
    }
  }
  // In the same turn in which the queue was seen empty: a call that comes later starts a new one.
  close();
}

function settle<A, R>(waiting: Waiting<A, R>, result: PromiseSettledResult<R> | undefined): void {
  if (result === undefined) waiting.reject(new Error('a call came back without a result'));
  else if (result.status === 'fulfilled') waiting.resolve(result.value);
  else waiting.reject(result.reason);
}
