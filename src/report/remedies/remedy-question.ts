import type { Denial } from '../../denial/denial.ts';
import type { DenialFacts, Remedy } from '../report.ts';

/** What remedies are worked out from: the denial, and its facts as the report tells them (the project as looked up). */
export interface RemedyQuestion {
  readonly denial: Denial;
  readonly facts: DenialFacts;
}

/** What a person can do about one cause: the next step first. */
export type CauseRemedies = (question: RemedyQuestion) => readonly Remedy[];
