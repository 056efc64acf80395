import { shareCalls } from '../share-calls.ts';
import { applyChanges, type ChangeRequest, type ChangeResult, type RemediationPorts } from './apply-changes.ts';

/** Makes one change, sharing a write with others for the same project where it can. */
export type ApplyChange = (request: ChangeRequest) => Promise<ChangeResult>;

/** What sharing writes needs besides. */
export interface SharingPorts extends RemediationPorts {
  /** Waits before a project's next write for as long as more changes come, so that they share it. */
  gather(waiting: () => number): Promise<void>;
  /** Waits for this process's turn to write a project's policy; gives what ends the turn. */
  takeTurn(project: string): Promise<() => Promise<void>>;
}

/** Changes that one write holds at most: a policy holds 1,500 principals in all (iam/quotas). */
const MOST_TOGETHER = 1_500;

/**
 * While one write for a project is under way, later changes for it wait and then share the next write: a project's
 * policy is written by one cycle at a time in this process, whatever the concurrency, and mostly by one process. Turns
 * only save conflicts; what keeps writes apart is the etag.
 */
export function shareWrites(ports: SharingPorts): ApplyChange {
  return shareCalls<ChangeRequest, ChangeResult>({
    keyOf: ({ change }) => change.project,
    most: MOST_TOGETHER,
    enter: async (project, waiting) => {
      const [leave] = await Promise.all([ports.takeTurn(project), ports.gather(waiting)]);
      return leave;
    },
    run: async (requests) => {
      const results = await applyChanges(requests, ports);
      return results.map((value) =>
        value.kind === 'abandoned' ? { status: 'rejected', reason: value.error } : { status: 'fulfilled', value },
      );
    },
  });
}
