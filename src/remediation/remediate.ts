import type { ChangeRequest } from './apply-changes.ts';
import type { Intent } from './intent.ts';
import type { ApplyChange } from './share-writes.ts';

/** What came of an intent. `detail` is null where there is nothing more to say. */
export interface Remediation {
  readonly kind: 'applied' | 'already-granted' | 'proposed' | 'advised' | 'ignored' | 'refused';
  readonly detail: string | null;
  /** Whether a grant stands in the policy under the name that was asked for. */
  readonly storedAs: 'asked' | 'other-name';
}

/** Does what was decided: makes the change, or leaves it as a proposal or advice. */
export async function remediate(
  intent: Intent,
  request: Omit<ChangeRequest, 'change'>,
  apply: ApplyChange,
): Promise<Remediation> {
  switch (intent.decision.kind) {
    case 'apply':
      return intent.change === null ? done('advised') : applied(await apply({ ...request, change: intent.change }));
    case 'propose':
      return done('proposed');
    case 'advise':
      return done('advised');
    case 'ignore':
      return done('ignored');
  }
}

function applied(result: Awaited<ReturnType<ApplyChange>>): Remediation {
  switch (result.kind) {
    case 'applied':
      return { ...done('applied', result.detail), storedAs: result.storedAs };
    case 'already-granted':
      return done('already-granted');
    case 'refused':
      return done('refused', result.detail);
    case 'abandoned':
      throw result.error;
    case 'not-written':
    case 'held-back':
      return done('proposed', result.detail);
  }
}

function done(kind: Remediation['kind'], detail: string | null = null): Remediation {
  return { kind, detail, storedAs: 'asked' };
}
