import { PROPAGATION_MINUTES } from '../diagnosis/causes/propagating.ts';
import type { GrantRecord } from '../ledger/records.ts';
import type { IncidentFacts } from '../report/report.ts';

/** True when the call was refused again after the grant should have taken effect. */
export function isUseless({ at }: GrantRecord, { lastAt }: IncidentFacts): boolean {
  return Date.parse(lastAt) - Date.parse(at) >= PROPAGATION_MINUTES * 60_000;
}
