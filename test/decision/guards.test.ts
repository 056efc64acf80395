import { describe, expect, it } from 'vitest';
import type { DecisionInput } from '../../src/decision/decide.ts';
import { decide } from '../../src/decision/decide.ts';
import type { GuardName } from '../../src/decision/decision.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { type Evidence, known, notReadable } from '../../src/diagnosis/evidence.ts';
import type { Role } from '../../src/iam/role.ts';
import { asServiceAccount, asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import {
  ALLOW_CHAT,
  allowedInput,
  denialBy,
  denialOf,
  evidenceFor,
  MISSING_ROLE,
  placeOf,
  rules,
} from '../fixtures/case.ts';

const broad = (principal: string, more = '') =>
  rules(
    `  - id: broad\n    effect: allow\n    principals: ["${principal}"]\n    projects: [organizations/123456789012]\n${more}`,
  );

function withEvidence(change: Partial<Evidence>): Partial<DecisionInput> {
  return { evidence: { ...evidenceFor(denialBy()), ...change } };
}

function by(caller: Readonly<Record<string, unknown>>, pattern: string, more = ''): Partial<DecisionInput> {
  const denial = denialBy(caller);
  return { denial, evidence: evidenceFor(denial), allowlist: broad(pattern, more) };
}

const custom = (permissions: readonly string[]): Role => ({
  name: 'organizations/123456789012/roles/x',
  title: 'x',
  permissions: new Set(permissions),
});
const place = (change: object) => {
  const found = placeOf('acme-ml');
  return found.kind === 'known' ? known({ ...found.value, ...change }) : found;
};
const home = (finding: Evidence['project']): Partial<DecisionInput> => {
  const evidence = evidenceFor(denialBy());
  return {
    evidence: {
      ...evidence,
      home: evidence.home.kind === 'home' ? { ...evidence.home, place: finding } : evidence.home,
    },
  };
};
const denial = denialBy();
const CALL = deniedCall({
  insertId: 'g1',
  project: 'acme-ml',
  caller: asServiceAccount('chat@acme-ml.iam.gserviceaccount.com'),
});
const diagnosis = (change: Partial<Diagnosis>): Partial<DecisionInput> => ({
  diagnosis: { ...MISSING_ROLE, ...change },
});

const STOPS: readonly [GuardName, string, Partial<DecisionInput>][] = [
  ['evidence-was-read', 'the policy of the project was not read', withEvidence({ policy: notReadable('no') })],
  ['evidence-was-read', 'the project was not found', withEvidence({ project: notReadable('no') })],
  ['evidence-was-read', 'the folders of the home project were not read', home(place({ ancestors: notReadable('no') }))],
  [
    'entry-agrees',
    'the entry is in the log of another project',
    { denial: { ...denial, logProject: { kind: 'project-id', id: 'acme-pay' } } },
  ],
  ['entry-agrees', 'the entry does not say whose log it is in', { denial: { ...denial, logProject: null } }],
  [
    'entry-agrees',
    'a refused row names another project',
    { denial: { ...denial, refusedOn: [{ kind: 'project', project: { kind: 'project-id', id: 'acme-pay' } }] } },
  ],
  [
    'entry-agrees',
    'a refused row names another project by number',
    {
      denial: {
        ...denial,
        refusedOn: [{ kind: 'project', project: { kind: 'project-number', number: '999988887777' } }],
      },
    },
  ],
  ['entry-agrees', 'a refused row names a folder', { denial: { ...denial, refusedOn: [{ kind: 'folder' }] } }],
  [
    'entry-agrees',
    'the entry is in a log that anybody can write to',
    { denial: denialOf({ ...CALL, logName: 'projects/acme-ml/logs/my-app' }) },
  ],
  ['entry-agrees', 'the entry has no insert id', { denial: denialOf({ ...CALL, insertId: '' }) }],
  ['entry-agrees', 'the entry has no time of its own', { denial: denialOf({ ...CALL, timestamp: '' }) }],
  [
    'permission-is-named',
    'the error names another permission than the rows',
    { denial: { ...denial, permissionSource: 'contradictory' } },
  ],
  [
    'not-granted-before',
    'Guestlist granted it before and somebody removed it',
    withEvidence({ pastGrant: { at: '2026-11-20T00:00:00Z', expiresAt: null, grantId: 'g-1', reportId: 'r-1' } }),
  ],
  [
    'no-perimeter-in-sight',
    'a perimeter blocked somebody unnamed at the same time',
    withEvidence({ perimeterNearby: 'unnamed-caller' }),
  ],
  [
    'permission-is-named',
    'the permission was guessed from the method',
    { denial: { ...denial, permissionSource: 'method' } },
  ],
  [
    'permission-is-named',
    'the permission was read from the message',
    { denial: { ...denial, permissionSource: 'message' } },
  ],
  [
    'member-may-be-granted',
    'the caller is a service agent',
    by(
      asServiceAccount('service-111122223333@gcp-sa-aiplatform.iam.gserviceaccount.com'),
      'serviceAccount:*@*.iam.gserviceaccount.com',
    ),
  ],
  [
    'member-may-be-granted',
    'the caller is a person of a workforce pool',
    by(
      { principalSubject: 'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim' },
      'principal://iam.googleapis.com/locations/global/workforcePools/staff/subject/kim',
    ),
  ],
  [
    'not-guestlist-itself',
    'the caller is Guestlist',
    { identity: { kind: 'account', email: 'CHAT@acme-ml.iam.gserviceaccount.com', others: [] } },
  ],
  ['not-guestlist-itself', 'Guestlist does not know who it is', { identity: { kind: 'not-known' } }],
  ['user-domain-is-listed', 'the person is of another domain', by(asUser('eve@example.org'), 'user:*@example.org')],
  ['user-domain-is-listed', 'the domain only ends alike', by(asUser('eve@notexample.com'), 'user:*@notexample.com')],
  [
    'user-domain-is-listed',
    'the domain is below the listed one',
    by(asUser('eve@sub.example.com'), 'user:*@sub.example.com'),
  ],
  [
    'project-in-organization',
    'the project is in another organization',
    withEvidence({ project: place({ ancestors: known(['organizations/999']) }) }),
  ],
  [
    'project-in-organization',
    'the project is in no organization',
    withEvidence({ project: place({ ancestors: known([]) }) }),
  ],
  [
    'project-in-organization',
    'a folder only looks like the organization',
    withEvidence({ project: place({ ancestors: known(['organizations/123456789012', 'organizations/5']) }) }),
  ],
  [
    'project-in-organization',
    'the project is being deleted',
    withEvidence({ project: place({ state: 'DELETE_REQUESTED' }) }),
  ],
  [
    'home-in-organization',
    'the home project is in another organization',
    home(place({ ancestors: known(['organizations/999']) })),
  ],
  [
    'home-in-organization',
    'an agent identity is of another organization',
    by(
      {
        principalSubject:
          'principal://agents.global.org-999.system.id.goog/resources/aiplatform/projects/111122223333/locations/us-central1/reasoningEngines/1',
      },
      'principal://agents.global.org-999.system.id.goog/resources/aiplatform/projects/111122223333/locations/us-central1/reasoningEngines/1',
    ),
  ],
  ['role-may-be-granted', 'the permissions of the role are not known', withEvidence({ role: notReadable('no') })],
  [
    'role-may-be-granted',
    'the role can change policies',
    withEvidence({ role: known(custom(['aiplatform.endpoints.predict', 'aiplatform.endpoints.setIamPolicy'])) }),
  ],
  [
    'role-may-be-granted',
    'the role holds more than Vertex AI',
    withEvidence({ role: known(custom(['aiplatform.endpoints.predict', 'compute.instances.create'])) }),
  ],
  [
    'role-may-be-granted',
    'the role is a basic one',
    withEvidence({ role: known({ ...custom(['aiplatform.endpoints.predict']), name: 'roles/editor' }) }),
  ],
  [
    'role-may-be-granted',
    'the role is for service agents',
    withEvidence({
      role: known({ ...custom(['aiplatform.endpoints.predict']), name: 'roles/aiplatform.serviceAgent' }),
    }),
  ],
  [
    'role-contains-permission',
    'the role lacks a refused permission',
    withEvidence({ role: known(custom(['aiplatform.endpoints.get'])) }),
  ],
  [
    'certainty-is-enough',
    'the rule asks for certain',
    { ...diagnosis({ certainty: 'likely' }), allowlist: rules(`${ALLOW_CHAT}    certainty: certain\n`) },
  ],
  ['certainty-is-enough', 'nothing is known for sure', diagnosis({ certainty: 'unknown' })],
  ['grant-may-stay', 'the caller had the role for a time only', diagnosis({ cause: 'condition-unmet' })],
  [
    'crossing-is-allowed',
    'the caller lives in another project',
    by(
      asServiceAccount('chat@acme-vision.iam.gserviceaccount.com'),
      'serviceAccount:*@acme-vision.iam.gserviceaccount.com',
    ),
  ],
  [
    'default-account-is-named',
    'a default service account matches a pattern only',
    by(
      asServiceAccount('111122223333-compute@developer.gserviceaccount.com'),
      'serviceAccount:*@developer.gserviceaccount.com',
    ),
  ],
];

describe('threat: whoever asks to be given a role, is met by a guard that no rule can lift', () => {
  it('is not in the way of the grant that the other tests take something away from', () => {
    const decision = decide(allowedInput());
    expect(decision.guards.filter((guard) => guard.result !== 'held')).toEqual([]);
    expect(decision).toEqual(expect.objectContaining({ kind: 'apply', ruleId: 'chat' }));
  });

  it.each(STOPS)('%s stops the grant when %s', (name, _why, change) => {
    const decision = decide(allowedInput(change));
    expect(decision.kind).toBe('propose');
    expect(decision.guards.find((guard) => guard.guard === name)?.result).toMatch(/^(?:failed|not-known)$/);
  });

  it('cause-is-grantable stops everything that a role does not help', () => {
    expect(decide(allowedInput(diagnosis({ cause: 'service-perimeter' }))).kind).toBe('advise');
    expect(decide(allowedInput(diagnosis({ cause: 'unknown' }))).kind).toBe('advise');
  });

  it('holds for callers in the organization, of listed domains, where the rule says so', () => {
    expect(decide(allowedInput(by(asUser('alice@example.com'), 'user:*@example.com'))).kind).toBe('apply');
    expect(
      decide(
        allowedInput(
          by(
            asServiceAccount('x@acme-vision.iam.gserviceaccount.com'),
            'serviceAccount:*@acme-vision.iam.gserviceaccount.com',
            '    crossProject: true\n',
          ),
        ),
      ).kind,
    ).toBe('apply');
    expect(
      decide(
        allowedInput(
          by(
            asServiceAccount('111122223333-compute@developer.gserviceaccount.com'),
            'serviceAccount:111122223333-compute@developer.gserviceaccount.com',
          ),
        ),
      ).kind,
    ).toBe('apply');
  });
});
