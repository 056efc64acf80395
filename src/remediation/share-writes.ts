import { applyChanges, type ChangeRequest, type ChangeResult, type RemediationPorts } from './apply-changes.ts';

/** Makes one change, sharing a write with others for the same project where it can. */
export type ApplyChange = (request: ChangeRequest) => Promise<ChangeResult>;

interface Waiting {
  readonly request: ChangeRequest;
  readonly resolve: (result: ChangeResult) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * While one write for a project is under way, later changes for it wait and then share the next write: a project's
 * policy is written by one cycle at a time in this process, whatever the concurrency.
 */
export function shareWrites(ports: RemediationPorts): ApplyChange {
  const queues = new Map<string, Waiting[]>();
  return (request) =>
    new Promise((resolve, reject) => {
      const { project } = request.change;
      const queue = queues.get(project);
      if (queue !== undefined) {
        queue.push({ request, resolve, reject });
        return;
      }
      const started: Waiting[] = [{ request, resolve, reject }];
      queues.set(project, started);
      void drain(started, ports, () => queues.delete(project));
    });
}

async function drain(queue: Waiting[], ports: RemediationPorts, close: () => void): Promise<void> {
  while (queue.length > 0) {
    await ports.gather();
    const batch = queue.splice(0);
    try {
      const results = await applyChanges(
        batch.map((waiting) => waiting.request),
        ports,
      );
      for (const [index, waiting] of batch.entries()) settle(waiting, results[index]);
    } catch (error) {
      for (const waiting of batch) waiting.reject(error);
    }
  }
  // In the same turn in which the queue was seen empty: a request that comes later starts a new one.
  close();
}

function settle(waiting: Waiting, result: ChangeResult | undefined): void {
  if (result === undefined) waiting.reject(new Error('a change came back without a result'));
  else waiting.resolve(result);
}
