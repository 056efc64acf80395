import { type Finding, known, notReadable, type PolicyReader } from '../diagnosis/evidence.ts';
import { isWholeEmail } from '../iam/email.ts';
import type { Policy } from '../iam/policy.ts';
import { type FieldIssue, readFields } from '../ingest/fields.ts';
import type { CallIam } from './iam-rest.ts';

/** Reads who may act as a service account, by its e-mail address (iam v1 projects.serviceAccounts.getIamPolicy). */
export function createAccountPolicyReader(call: CallIam): PolicyReader {
  return {
    /** Needs `iam.serviceAccounts.getIamPolicy`, as roles/iam.securityReviewer has it. */
    readPolicy: async (email): Promise<Finding<Policy>> => {
      if (!isWholeEmail(email)) return notReadable(`${email} is no e-mail address`);
      const path = `projects/-/serviceAccounts/${encodeURIComponent(email)}:getIamPolicy`;
      const found = await call(path, { options: { requestedPolicyVersion: 3 } });
      return found.kind === 'known' ? policyFrom(email, found.value) : found;
    },
  };
}

// An account without a policy of its own answers with nothing but an etag.
function policyFrom(email: string, body: Readonly<Record<string, unknown>>): Finding<Policy> {
  const issues: FieldIssue[] = [];
  const fields = readFields(body, '', issues);
  const bindings = fields.objects('bindings').map((binding) => ({
    role: binding.text('role'),
    members: binding.texts('members'),
    // Who might act as it under a condition might do so.
    condition: null,
  }));
  if (issues.length > 0) return notReadable(`the policy of ${email} could not be understood`);
  return known({ version: fields.integer('version') ?? 1, etag: fields.text('etag'), bindings, auditConfigs: [] });
}
