import type { Denial } from '../../denial/denial.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';
import { testify } from '../reason-witness.ts';

const SUMMARY =
  'The quota project is the problem, not access to the model. Set a quota project, and give the caller serviceusage.services.use on it (roles/serviceusage.serviceUsageConsumer).';

/** Projects of gcloud and of its login, which calls without a quota project are counted on. */
const SHARED_CLIENT_PROJECTS = ['32555940559', '764086051850', '618104708054', '316838101533'] as const;

/** The caller may not use the project that the call is counted on, or named none. */
export function quotaProject({ denial }: EntryQuestion): Diagnosis | null {
  if (asksForServiceUse(denial)) return answer('the refused permission is serviceusage.services.use');
  const shared = sharedConsumer(denial);
  if (shared !== null)
    return answer(`the consumer is projects/${shared}, which belongs to gcloud and not to the caller`);
  return testify(denial, {
    cause: 'quota-project',
    reasons: ['USER_PROJECT_DENIED'],
    texts: [/requires a quota project/, /Caller does not have required permission to use project/],
    summary: SUMMARY,
  });
}

function asksForServiceUse({ permissions, status }: Denial): boolean {
  return (
    status.code === 7 &&
    permissions.length > 0 &&
    permissions.every((permission) => permission === 'serviceusage.services.use')
  );
}

function sharedConsumer({ errors, status }: Denial): string | null {
  const disabled = errors.find((error) => error.reason === 'SERVICE_DISABLED');
  if (disabled === undefined) return null;
  if (/requires a quota project/.test(status.message)) return 'an unnamed project';
  const consumer = disabled.metadata.get('consumer')?.replace(/^projects\//, '') ?? '';
  return SHARED_CLIENT_PROJECTS.find((project) => project === consumer) ?? null;
}

function answer(why: string): Diagnosis {
  return { cause: 'quota-project', certainty: 'certain', summary: SUMMARY, evidence: [fromEntry(why)] };
}
