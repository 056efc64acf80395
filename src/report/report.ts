import type { DecisionKind, GuardResult, RuleResult } from '../decision/decision.ts';
import type { Cause, Certainty, EvidenceNote } from '../diagnosis/diagnosis.ts';
import type { Change } from '../remediation/change.ts';

/** Name and version of the report's JSON. */
export const REPORT_SCHEMA = 'guestlist.report/v1';

/** The record of one incident at one moment. Public contract; `report.schema.json` describes it. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  readonly id: string;
  readonly at: string;
  readonly incident: IncidentFacts;
  readonly denial: DenialFacts;
  readonly diagnosis: {
    readonly cause: Cause;
    readonly certainty: Certainty;
    readonly summary: string;
    readonly evidence: readonly EvidenceNote[];
  };
  readonly decision: {
    readonly kind: DecisionKind;
    readonly rules: readonly RuleResult[];
    readonly guards: readonly GuardResult[];
    readonly reason: string;
  };
  readonly change: Change | null;
  readonly outcome: Outcome;
  readonly remedies: readonly Remedy[];
  readonly undo: { readonly gcloud: string; readonly console: string } | null;
}

/** All denials that are one problem. `repeats` counts those after the first. */
export interface IncidentFacts {
  readonly id: string;
  readonly repeats: number;
  readonly firstAt: string;
  readonly lastAt: string;
}

/** What was refused to whom, as far as a report tells it: never tokens, request or response bodies. */
export interface DenialFacts {
  readonly entryId: string;
  readonly at: string;
  readonly service: string;
  readonly method: string;
  readonly permissions: readonly string[];
  readonly resource: string;
  readonly project: string;
  readonly location?: string;
  readonly model?: string;
  readonly principal: { readonly kind: string; readonly member: string | null; readonly email?: string };
  readonly callerIp?: string;
  readonly status: { readonly code: number; readonly message: string };
  readonly logLink: string;
}

/** What was done. */
export interface Outcome {
  readonly kind: 'applied' | 'already-granted' | 'proposed' | 'advised' | 'ignored' | 'refused' | 'failed';
  readonly detail?: string;
}

/** An instruction that a person can follow. */
export interface Remedy {
  readonly kind: 'console' | 'gcloud' | 'terraform' | 'perimeter' | 'note';
  readonly title: string;
  readonly text: string;
  readonly link?: string;
}
