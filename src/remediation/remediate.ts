import type { Mode } from '../decision/allowlist.ts';
import type { Intent } from './intent.ts';
import type { ApplyChange } from './share-writes.ts';

/** What came of an intent. `detail` is null where there is nothing more to say. */
export interface Remediation {
  readonly kind: 'applied' | 'already-granted' | 'proposed' | 'advised' | 'ignored' | 'refused';
  readonly detail: string | null;
}

/** Whether this is the first try, or goes on after a try whose end was not recorded. */
export type Attempt = 'first' | 'resumed';

/** Does what was decided: makes the change, or leaves it as a proposal or advice. */
export async function remediate(
  intent: Intent,
  incidentId: string,
  attempt: Attempt,
  apply: ApplyChange,
): Promise<Remediation> {
  switch (intent.decision.kind) {
    case 'apply':
      return intent.change === null
        ? done('advised')
        : applied(await apply({ change: intent.change, incidentId }), attempt);
    case 'propose':
      return done('proposed');
    case 'advise':
      return done('advised');
    case 'ignore':
      return done('ignored');
  }
}

function applied(result: Awaited<ReturnType<ApplyChange>>, attempt: Attempt): Remediation {
  switch (result.kind) {
    case 'applied':
      return done('applied', result.detail);
    case 'already-granted':
      // The try before wrote it and did not live to say so.
      return attempt === 'resumed' ? done('applied', null) : done('already-granted');
    case 'refused':
      return done('refused', result.detail);
    case 'not-written':
      return done('proposed', result.detail);
    case 'held-back':
      return done('proposed', heldBack(result.mode));
  }
}

function heldBack(mode: Mode): string {
  return `The mode of the allowlist became ${mode} before the grant was written.`;
}

function done(kind: Remediation['kind'], detail: string | null = null): Remediation {
  return { kind, detail };
}
