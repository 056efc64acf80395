import type { Explanation, ExplanationQuestion, Finding, Troubleshooter } from '../diagnosis/evidence.ts';
import { known, notReadable } from '../diagnosis/evidence.ts';
import { emailOf } from '../iam/principal.ts';
import { type FieldIssue, readFields } from '../ingest/fields.ts';
import type { Endpoint } from './endpoint.ts';
import { CALL_TIMEOUT_MILLISECONDS, once } from './resource-manager-clients.ts';

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';

/** Which questions the Policy Troubleshooter is asked. */
export interface TroubleshooterSettings {
  readonly endpoint: Endpoint;
  /** Also asks the beta `troubleshootError` when an entry carries an error id. */
  readonly errors: 'ask' | 'do-not-ask';
  /** Calls an hour; what is over it is not asked. The quota of the API is not published. */
  readonly callsPerHour: number;
  readonly now: () => number;
}

const CACHE_MILLISECONDS = 5 * 60_000;
const CACHE_SIZE = 1_000;

/**
 * Asks the Policy Troubleshooter v3 over REST (no client package exists): it sees deny policies and, in the beta,
 * access boundaries. It answers for e-mail principals only and does not know perimeters. An outage, a spent budget or
 * an UNKNOWN state leaves the answer unknown; it never makes a grant possible.
 */
export function createTroubleshooter(settings: TroubleshooterSettings): Troubleshooter {
  const cache = new Map<string, { readonly at: number; readonly finding: Finding<Explanation> }>();
  const authorization = once(async () => {
    const { GoogleAuth } = await import('google-auth-library');
    return new GoogleAuth({ scopes: SCOPE });
  });
  let hour = 0;
  let calls = 0;
  return {
    /**
     * Needs `policytroubleshooter.googleapis.com` enabled, and on the organization `roles/iam.securityReviewer` and
     * `roles/iam.denyReviewer`: without them its answers are UNKNOWN.
     */
    explain: async (question) => {
      const request = requestOf(question, settings);
      if (request === null)
        return { kind: 'absent', detail: 'the Policy Troubleshooter answers for accounts with an e-mail address only' };
      const now = settings.now();
      const kept = cache.get(request.key);
      if (kept !== undefined && now - kept.at < CACHE_MILLISECONDS) return kept.finding;
      const thisHour = Math.floor(now / 3_600_000);
      if (thisHour !== hour) [hour, calls] = [thisHour, 0];
      if (calls >= settings.callsPerHour)
        return notReadable('the hourly budget for the Policy Troubleshooter is spent');
      calls += 1;
      const finding = await ask(request, settings.endpoint, async (url) =>
        (await authorization()).getRequestHeaders(url),
      );
      if (cache.size >= CACHE_SIZE) cache.clear();
      cache.set(request.key, { at: now, finding });
      return finding;
    },
  };
}

interface Request {
  readonly key: string;
  readonly path: string;
  readonly body: string;
}

function requestOf(question: ExplanationQuestion, { errors }: TroubleshooterSettings): Request | null {
  const { principal, permissions, project, errorInfoId, at } = question;
  if (errors === 'ask' && errorInfoId !== null) {
    return { key: errorInfoId, path: '/v3beta/iam:troubleshootError', body: JSON.stringify({ errorInfoId }) };
  }
  const email = emailOf(principal);
  const [permission] = permissions;
  if (email === null || permission === undefined) return null;
  const accessTuple = {
    principal: email,
    fullResourceName: `//cloudresourcemanager.googleapis.com/projects/${project}`,
    permission,
    conditionContext: { request: { receiveTime: at } },
  };
  return {
    key: [email, project, permission].join(' '),
    path: '/v3/iam:troubleshoot',
    body: JSON.stringify({ accessTuple }),
  };
}

async function ask(
  { path, body }: Request,
  endpoint: Endpoint,
  authorize: (url: string) => Promise<Headers>,
): Promise<Finding<Explanation>> {
  const base =
    endpoint.kind === 'google'
      ? 'https://policytroubleshooter.googleapis.com'
      : `http://${endpoint.host}:${endpoint.port}`;
  try {
    const headers = endpoint.kind === 'google' ? await authorize(base) : new Headers();
    headers.set('content-type', 'application/json');
    const response = await fetch(`${base}${path}`, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(CALL_TIMEOUT_MILLISECONDS),
    });
    if (!response.ok) return notReadable(`the Policy Troubleshooter answered HTTP ${response.status}`);
    return readExplanation(await response.json());
  } catch (error) {
    return notReadable(
      `the Policy Troubleshooter could not be asked: ${error instanceof Error ? error.message : 'unknown error'}`,
    );
  }
}

/** Reads an answer. Only states that are certain count; every UNKNOWN one stays unknown. */
export function readExplanation(answer: unknown): Finding<Explanation> {
  const issues: FieldIssue[] = [];
  const fields = readFields(answer, 'answer', issues);
  const deny = fields.object('denyPolicyExplanation');
  const boundary = fields.object('pabPolicyExplanation');
  const denyState = deny.text('denyAccessState');
  const boundaryState = boundary.text('principalAccessBoundaryAccessState');
  if (issues.length > 0) return notReadable('the Policy Troubleshooter answered in a form that is not known');
  if (denyState === 'DENY_ACCESS_STATE_DENIED') return known({ denied: 'deny-policy', policy: deniedBy(deny) });
  if (boundaryState === 'PAB_ACCESS_STATE_NOT_ALLOWED') return known({ denied: 'access-boundary', policy: '' });
  if (denyState !== 'DENY_ACCESS_STATE_NOT_DENIED')
    return notReadable('the Policy Troubleshooter may not see all deny policies');
  return known({ denied: 'nothing', policy: '' });
}

function deniedBy(deny: ReturnType<typeof readFields>): string {
  const policies = deny.objects('explainedResources').flatMap((resource) => resource.objects('explainedPolicies'));
  const denying =
    policies.find((policy) => policy.text('denyAccessState') === 'DENY_ACCESS_STATE_DENIED') ?? policies[0];
  return denying?.object('policy').text('name') ?? '';
}
