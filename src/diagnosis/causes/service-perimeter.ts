import type { PerimeterViolation } from '../../denial/denial.ts';
import { type Diagnosis, type EvidenceNote, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** A VPC Service Controls perimeter blocked the call, whatever roles the caller holds. */
export function servicePerimeter({ denial, shadow, twins }: EntryQuestion): Diagnosis | null {
  const perimeter = denial.perimeter ?? shadow;
  if (perimeter === null) return null;
  const name =
    perimeter.perimeter === null ? 'A service perimeter' : `The service perimeter ${shortName(perimeter.perimeter)}`;
  return {
    cause: 'service-perimeter',
    certainty: denial.perimeter === null ? 'likely' : 'certain',
    summary: `${name} blocked the call (VPC Service Controls). No role can help: ${needOf(perimeter)}.`,
    evidence: [
      ...(denial.perimeter === null ? [SHADOW_NOTE] : []),
      ...notesOf(perimeter).map(fromEntry),
      ...twins.map(correction),
    ],
  };
}

function correction(incidentId: string): EvidenceNote {
  return {
    state: 'known',
    source: incidentId,
    text: 'the same caller within seconds: this was the cause there too, and a role will not help',
  };
}

// What looks like a missing role in the data access log can be the other record of a call that a perimeter blocked
// (vpc-service-controls/docs/troubleshooting).
const SHADOW_NOTE: EvidenceNote = {
  state: 'known',
  source: 'policy log',
  text: 'a perimeter blocked a call of the same caller within seconds of this one',
};

function shortName(perimeter: string): string {
  return perimeter.slice(perimeter.lastIndexOf('/') + 1);
}

function needOf(perimeter: PerimeterViolation): string {
  switch (perimeter.direction) {
    case 'ingress':
      return 'the perimeter needs an ingress rule or an access level for this caller';
    case 'egress':
      return 'the perimeter needs an egress rule; an access level does not help an egress';
    case 'accessible-services':
      return 'aiplatform.googleapis.com has to be among the services that the network may reach';
    case 'unknown':
      return 'the perimeter needs a rule for this caller';
  }
}

function notesOf(perimeter: PerimeterViolation): readonly string[] {
  return [
    `violation reason ${perimeter.reason ?? 'not given'}, direction ${perimeter.direction}`,
    perimeter.uniqueId === null ? 'no unique id (old entries have none)' : `unique id ${perimeter.uniqueId}`,
    ...(perimeter.accessLevels.length === 0
      ? []
      : [`access levels the caller does satisfy: ${perimeter.accessLevels.join(', ')}`]),
  ];
}
