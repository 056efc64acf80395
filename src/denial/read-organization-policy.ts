import { type Fields, orNull } from '../ingest/fields.ts';
import type { PolicyViolation, PreconditionViolation } from './denial.ts';

const IN_MESSAGE = /\b(constraints\/[A-Za-z0-9._]{3,120})/;
const VALUE_TO_ADD = /adding `([^`]{1,300})` to the allowed values/;

/**
 * Reads which organization policy constraints a call violated: from a filled `violationInfo` (an empty one stands on
 * successes too), from preconditions of type `constraints/…`, else from the message of a failed precondition.
 */
export function readPolicyViolations(
  payload: Fields,
  preconditions: readonly PreconditionViolation[],
  message: string,
  code: number,
): readonly PolicyViolation[] {
  const recorded = payload
    .object('policyViolationInfo')
    .object('orgPolicyViolationInfo')
    .objects('violationInfo')
    .map((info) => ({
      constraint: info.text('constraint'),
      value: orNull(info.text('checkedValue')),
      text: info.text('errorMessage'),
    }));
  if (recorded.length > 0) return recorded;
  const metadata = payload.object('metadata');
  if (metadata.text('@type').endsWith('OrgPolicyDryRunAuditMetadata') && metadata.text('liveResult') === 'DENIED') {
    return [{ constraint: metadata.text('constraint'), value: null, text: message }];
  }
  const failed = preconditions.filter((violation) => violation.type.startsWith('constraints/'));
  if (failed.length > 0) {
    return failed.map((violation) => ({
      constraint: violation.type,
      value: VALUE_TO_ADD.exec(message)?.[1] ?? null,
      text: violation.description,
    }));
  }
  const isTold =
    code === 9 && (IN_MESSAGE.test(message) || /violated one or more Org(?:anization)? Polic/i.test(message));
  return isTold
    ? [
        {
          constraint: IN_MESSAGE.exec(message)?.[1] ?? '',
          value: VALUE_TO_ADD.exec(message)?.[1] ?? null,
          text: message,
        },
      ]
    : [];
}
