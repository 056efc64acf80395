import type { Server } from 'node:http';
import { type FieldIssue, readFields } from '../ingest/fields.ts';
import { type CallBook, LocalError } from './faults.ts';
import { createJsonServer } from './json-server.ts';
import type { World } from './world.ts';
import type { WorldState } from './world-state.ts';

/**
 * Serves `roles.get` and `serviceAccounts.getIamPolicy` of the IAM API v1, `iam:troubleshoot` of the Policy
 * Troubleshooter v3 and v3beta, and `tokeninfo`, which names the person that calls, over HTTP. Not listening yet.
 */
export function createIamServer(world: World, state: WorldState, book: CallBook, person: () => string | null): Server {
  return createJsonServer(async ({ path, body }) => {
    if (TROUBLESHOOT.test(path)) return book.run('Troubleshoot', path, () => troubleshoot(body, world));
    if (path === '/tokeninfo') return book.run('TokenInfo', path, () => tokenInfo(person()));
    const account = SERVICE_ACCOUNT_POLICY.exec(path)?.[1];
    if (account !== undefined) return book.run('GetAccountPolicy', account, () => accountPolicy(account, state));
    const name = path.replace(/^\/v1\//, '');
    return book.run('GetRole', name, () => getRole(name, state));
  });
}

const TROUBLESHOOT = /^\/v3(?:beta)?\/iam:troubleshoot$/;

function tokenInfo(email: string | null): object {
  return email === null ? {} : { email, email_verified: 'true' };
}

function getRole(name: string, state: WorldState): object | LocalError {
  const role = state.role(name);
  return role === null ? new LocalError(5, `The role named ${name} was not found.`) : { ...role, stage: 'GA' };
}

const SERVICE_ACCOUNT_POLICY = /^\/v1\/(projects\/-\/serviceAccounts\/[^/:]+):getIamPolicy$/;

// Most service accounts have no policy of their own.
function accountPolicy(account: string, state: WorldState): object {
  const { etag = 'ACAB', bindings = [] } = state.policy(account) ?? {};
  return { etag, bindings };
}

function troubleshoot(body: unknown, world: World): object {
  const issues: FieldIssue[] = [];
  const tuple = readFields(body, '', issues).object('accessTuple');
  const project = tuple.text('fullResourceName').split('/').at(-1);
  const found = world.explanations.find(
    (explanation) =>
      explanation.principal.slice(explanation.principal.indexOf(':') + 1) === tuple.text('principal') &&
      explanation.project === project &&
      explanation.permission === tuple.text('permission'),
  );
  const isDenied = found?.denied === 'deny-policy';
  return {
    denyPolicyExplanation: {
      denyAccessState: isDenied ? 'DENY_ACCESS_STATE_DENIED' : 'DENY_ACCESS_STATE_NOT_DENIED',
      explainedResources: isDenied
        ? [{ explainedPolicies: [{ denyAccessState: 'DENY_ACCESS_STATE_DENIED', policy: { name: found.policy } }] }]
        : [],
    },
    pabPolicyExplanation: {
      principalAccessBoundaryAccessState:
        found?.denied === 'access-boundary' ? 'PAB_ACCESS_STATE_NOT_ALLOWED' : 'PAB_ACCESS_STATE_NOT_ENFORCED',
    },
  };
}
