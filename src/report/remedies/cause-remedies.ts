import type { Cause } from '../../diagnosis/diagnosis.ts';
import {
  accountDisabled,
  callerWithheld,
  deletedPrincipal,
  insufficientScope,
  ownCall,
  reconnaissance,
  unauthenticated,
} from './caller-remedies.ts';
import { billingDisabled, blockedKey, consumerInvalid, quotaProject, serviceDisabled } from './consumer-remedies.ts';
import { organizationPolicy } from './organization-policy-remedies.ts';
import { perimeterRemedies } from './perimeter-remedies.ts';
import { note } from './remedy-kinds.ts';
import type { CauseRemedies } from './remedy-question.ts';
import { roleAdvice } from './role-advice.ts';
import { serviceAgent } from './service-agent-remedies.ts';
import { troubleshooting } from './troubleshooter.ts';

/** What a person can do about each cause besides a grant of Guestlist's own role. */
export const causeRemedies: Readonly<Record<Cause, CauseRemedies>> = {
  'not-denied': () => [],
  'out-of-scope': () => [],
  'own-call': ownCall,
  throttled: () => [
    note(
      'Ask for less, or for more quota',
      'Retry with exponential backoff, and spread the load over regions or the global endpoint. If that is not enough, raise the quota of the model under IAM & Admin > Quotas, or reserve capacity with Provisioned Throughput. Some guides call this "Error 1153"; Google documents no such number.',
    ),
  ],
  unauthenticated,
  reconnaissance,
  'service-perimeter': ({ denial, facts }) =>
    denial.perimeter === null ? [] : perimeterRemedies(denial, denial.perimeter, facts.project),
  'organization-policy': organizationPolicy,
  'service-disabled': serviceDisabled,
  'billing-disabled': billingDisabled,
  'insufficient-scope': insufficientScope,
  'consumer-invalid': consumerInvalid,
  'quota-project': quotaProject,
  'account-disabled': accountDisabled,
  'blocked-key': blockedKey,
  'caller-withheld': callerWithheld,
  'deleted-principal': deletedPrincipal,
  'service-agent': serviceAgent,
  'another-permission': ({ denial, facts }) => roleAdvice(denial, facts.project),
  'deny-policy': ({ denial, facts }) => [
    ...troubleshooting(facts, denial.troubleshooterLink, 'beta'),
    ASK_FOR_EXCEPTION,
  ],
  'access-boundary': ({ denial, facts }) => [
    ...troubleshooting(facts, denial.troubleshooterLink, 'beta'),
    ASK_FOR_EXCEPTION,
  ],
  'condition-unmet': () => [
    note(
      'Renew it for a time',
      'The access was limited on purpose. Renew it with a new end, or change the condition; do not grant it for good.',
    ),
  ],
  propagating: () => [
    note(
      'Wait',
      'A grant takes effect within 2 minutes as a rule, sometimes 7 or more. If calls are still refused after 10 minutes, the next report says what else it can be.',
    ),
  ],
  'cross-project': () => [
    note(
      'Grant it where the resource is',
      'A role in the home project of the service account does not count for a call to another project. Either grant it in the project of the resource, or let the workload call its own project.',
    ),
  ],
  'missing-role': () => [],
  unknown: ({ denial, facts }) => [
    ...troubleshooting(facts, denial.troubleshooterLink, 'beta'),
    note(
      'Look further',
      'Deny policies, principal access boundaries, an API that is not enabled and a token without the cloud-platform scope give the same status. The Policy Troubleshooter shows the first two.',
    ),
  ],
};

const ASK_FOR_EXCEPTION = note(
  'Ask who administers deny policies and access boundaries',
  'A deny policy can except a principal; a boundary has to admit the project. Neither is undone by a role.',
);
