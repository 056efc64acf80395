import { anotherPermission } from './causes/another-permission.ts';
import { callerWithheld } from './causes/caller-withheld.ts';
import { crossProject } from './causes/cross-project.ts';
import { deletedInPolicy, deletedPrincipal } from './causes/deleted-principal.ts';
import { missingRole } from './causes/missing-role.ts';
import { notDenied } from './causes/not-denied.ts';
import { outOfScope } from './causes/out-of-scope.ts';
import { ownCall } from './causes/own-call.ts';
import { serviceAgent } from './causes/service-agent.ts';
import { servicePerimeter } from './causes/service-perimeter.ts';
import { unknown } from './causes/unknown.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { EntryCause, EntryQuestion, EvidenceCause, Question } from './question.ts';

const ENTRY_CAUSES: readonly EntryCause[] = [
  notDenied,
  outOfScope,
  ownCall,
  servicePerimeter,
  callerWithheld,
  deletedPrincipal,
  serviceAgent,
];

const EVIDENCE_CAUSES: readonly EvidenceCause[] = [deletedInPolicy, anotherPermission, crossProject, missingRole];

/** The cause that the entry alone proves, or null: then evidence has to be read first. Needs no look-up. */
export function diagnoseEntry(question: EntryQuestion): Diagnosis | null {
  return firstOf(ENTRY_CAUSES, question);
}

/** Why the call was refused: causes in order of certainty, the first that holds. Pure; always answers. */
export function diagnose(question: Question): Diagnosis {
  return diagnoseEntry(question) ?? firstOf(EVIDENCE_CAUSES, question) ?? unknown(question);
}

function firstOf<Q>(causes: readonly ((question: Q) => Diagnosis | null)[], question: Q): Diagnosis | null {
  for (const cause of causes) {
    const diagnosis = cause(question);
    if (diagnosis !== null) return diagnosis;
  }
  return null;
}
