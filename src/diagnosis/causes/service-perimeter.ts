import type { PerimeterViolation } from '../../denial/denial.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** A VPC Service Controls perimeter blocked the call, whatever roles the caller holds. */
export function servicePerimeter({ denial }: EntryQuestion): Diagnosis | null {
  const { perimeter } = denial;
  if (perimeter === null) return null;
  const name =
    perimeter.perimeter === null ? 'A service perimeter' : `The service perimeter ${shortName(perimeter.perimeter)}`;
  return {
    cause: 'service-perimeter',
    certainty: 'certain',
    summary: `${name} blocked the call (VPC Service Controls). No role can help: ${needOf(perimeter)}.`,
    evidence: notesOf(perimeter).map(fromEntry),
  };
}

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
