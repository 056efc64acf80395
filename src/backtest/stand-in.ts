import type { Allowlist } from '../decision/allowlist.ts';
import type { Denial, ErrorInfo } from '../denial/denial.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';

/** Which facts of a denial the rules ask for: conditions may ask for more than tells incidents apart. */
export type AskedFacts = 'those-of-the-incident' | 'those-of-conditions-too';

/** What allowlists ask for. */
export function askedFacts(allowlists: readonly Pick<Allowlist, 'rules'>[]): AskedFacts {
  const isAsking = allowlists.some(({ rules }) => rules.some(({ when }) => when !== null));
  return isAsking ? 'those-of-conditions-too' : 'those-of-the-incident';
}

const NO_METADATA: ReadonlyMap<string, string> = new Map();

/**
 * A denial that stands for all of its case: decided as each of them is, and small, for a history may have many cases.
 * What names the single entry is emptied; where the entry alone did not say why, what it said about that is too.
 */
export function standIn(denial: Denial, settled: Diagnosis | null, asked: AskedFacts): Denial {
  const slim = settled === null ? withoutWords(denial) : denial;
  const anonymous: Denial = {
    ...slim,
    entryId: '',
    insertId: '',
    logName: '',
    delegation: [],
    serviceAccountKey: null,
    originalPrincipal: null,
    troubleshooterLink: null,
    errorInfoId: null,
  };
  return asked === 'those-of-conditions-too'
    ? anonymous
    : { ...anonymous, resource: '', location: null, model: null, callerIp: null };
}

function withoutWords(denial: Denial): Denial {
  return {
    ...denial,
    status: { code: denial.status.code, message: '' },
    errors: denial.errors.map(({ reason }): ErrorInfo => ({ reason, domain: '', metadata: NO_METADATA })),
    preconditions: [],
  };
}
