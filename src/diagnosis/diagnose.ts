import type { Denial } from '../denial/denial.ts';
import { callerNotes } from './caller-notes.ts';
import { accessBoundary } from './causes/access-boundary.ts';
import { accountDisabled } from './causes/account-disabled.ts';
import { anotherPermission } from './causes/another-permission.ts';
import { billingDisabled } from './causes/billing-disabled.ts';
import { blockedKey } from './causes/blocked-key.ts';
import { callerWithheld } from './causes/caller-withheld.ts';
import { conditionUnmet } from './causes/condition-unmet.ts';
import { consumerInvalid } from './causes/consumer-invalid.ts';
import { crossProject } from './causes/cross-project.ts';
import { deletedInPolicy, deletedPrincipal } from './causes/deleted-principal.ts';
import { denyPolicy } from './causes/deny-policy.ts';
import { insufficientScope } from './causes/insufficient-scope.ts';
import { missingRole } from './causes/missing-role.ts';
import { notDenied } from './causes/not-denied.ts';
import { organizationPolicy } from './causes/organization-policy.ts';
import { outOfScope } from './causes/out-of-scope.ts';
import { ownCall } from './causes/own-call.ts';
import { propagating } from './causes/propagating.ts';
import { quotaProject } from './causes/quota-project.ts';
import { reconnaissance } from './causes/reconnaissance.ts';
import { serviceAgent } from './causes/service-agent.ts';
import { serviceDisabled } from './causes/service-disabled.ts';
import { servicePerimeter } from './causes/service-perimeter.ts';
import { throttled } from './causes/throttled.ts';
import { unauthenticated } from './causes/unauthenticated.ts';
import { unknown } from './causes/unknown.ts';
import { type Cause, type Diagnosis, fromEntry, helpOfGrant } from './diagnosis.ts';
import { oddNames } from './odd-names.ts';
import type { EntryCause, EntryQuestion, EvidenceCause, Question } from './question.ts';

/** The causes about which there is nothing to do. */
const NOTHING_TO_DO: readonly EntryCause[] = [notDenied, outOfScope];

// What Google names itself comes before what has to be inferred: an error reason says more than a missing binding.
const ENTRY_CAUSES: readonly EntryCause[] = [
  ...NOTHING_TO_DO,
  ownCall,
  throttled,
  unauthenticated,
  reconnaissance,
  servicePerimeter,
  organizationPolicy,
  quotaProject,
  serviceDisabled,
  billingDisabled,
  insufficientScope,
  consumerInvalid,
  accountDisabled,
  blockedKey,
  callerWithheld,
  deletedPrincipal,
  serviceAgent,
];

const EVIDENCE_CAUSES: readonly EvidenceCause[] = [
  deletedInPolicy,
  anotherPermission,
  accessBoundary,
  propagating,
  denyPolicy,
  conditionUnmet,
  crossProject,
  missingRole,
];

/** The cause that the entry alone proves, or null: then evidence has to be read first. Needs no look-up. */
export function diagnoseEntry(question: EntryQuestion): Diagnosis | null {
  return firstOf(ENTRY_CAUSES, question);
}

/** What `diagnoseEntry` gives where there is nothing to do, and null where there is: those causes come before all others. */
export function diagnoseIdle(question: EntryQuestion): Diagnosis | null {
  return firstOf(NOTHING_TO_DO, question);
}

/** Why the call was refused: causes in order of certainty, the first that holds. Pure; always answers. */
export function diagnose(question: Question): Diagnosis {
  const diagnosis = diagnoseEntry(question) ?? firstOf(EVIDENCE_CAUSES, question) ?? unknown(question);
  return helpOfGrant[diagnosis.cause] === 'nothing-to-do' ? diagnosis : withNotes(diagnosis, question.denial);
}

const MAY_NOT_EXIST: ReadonlySet<Cause> = new Set([
  'another-permission',
  'condition-unmet',
  'cross-project',
  'missing-role',
  'unknown',
]);

// A name that looks wrong is said first: mending it may be all that is needed.
function withNotes(diagnosis: Diagnosis, denial: Denial): Diagnosis {
  const odd = MAY_NOT_EXIST.has(diagnosis.cause) ? oddNames(denial) : [];
  const summary =
    odd.length === 0 ? diagnosis.summary : `Check the names first: ${odd.join('; ')}. ${diagnosis.summary}`;
  return bounded({
    ...diagnosis,
    summary,
    evidence: [...odd.map(fromEntry), ...diagnosis.evidence, ...callerNotes(denial)],
  });
}

// A diagnosis is kept, so what the sender wrote into it must not grow without end.
const TEXT_LIMIT = 4_000;
const NOTES_LIMIT = 100;

function bounded({ cause, certainty, summary, evidence }: Diagnosis): Diagnosis {
  const notes = evidence.slice(0, NOTES_LIMIT).map(({ state, source, text }) => ({
    state,
    source: source.slice(0, TEXT_LIMIT),
    text: text.slice(0, TEXT_LIMIT),
  }));
  return { cause, certainty, summary: summary.slice(0, TEXT_LIMIT), evidence: notes };
}

function firstOf<Q>(causes: readonly ((question: Q) => Diagnosis | null)[], question: Q): Diagnosis | null {
  for (const cause of causes) {
    const diagnosis = cause(question);
    if (diagnosis !== null) return diagnosis;
  }
  return null;
}
