import { describe, expect, it } from 'vitest';
import { decide } from '../../src/decision/decide.ts';
import { allowanceIfConfirmed } from '../../src/decision/if-confirmed.ts';
import { noEvidence } from '../../src/diagnosis/gather-evidence.ts';
import { ALLOW_CHAT, allowedInput, denialBy, rules } from '../fixtures/case.ts';

const offline = { evidence: noEvidence(denialBy(), 'roles/aiplatform.user', 'offline') };
const IN_FOLDER = `  - id: folder
    effect: allow
    principals: ["serviceAccount:*@acme-ml.iam.gserviceaccount.com"]
    projects: [folders/456]
    expiresAfter: 12h
`;

describe('what a look-up could still confirm', () => {
  it('is the rule that would allow, how long, and everything that is not known', () => {
    const input = allowedInput({ ...offline, allowlist: rules(IN_FOLDER) });
    expect(decide(input).kind).toBe('propose');
    expect(allowanceIfConfirmed(input)).toEqual({
      ruleId: 'folder',
      expiresAfterMilliseconds: 12 * 3_600_000,
      rules: ['folder'],
      guards: ['evidence-was-read', 'entry-agrees', 'project-in-organization', 'home-in-organization'],
    });
  });

  it('is also that a rule which could not be told does not forbid', () => {
    const allowlist = rules(`${ALLOW_CHAT}  - id: off-limits\n    effect: forbid\n    projects: [folders/789]\n`);
    expect(allowanceIfConfirmed(allowedInput({ ...offline, allowlist }))?.rules).toEqual(['off-limits']);
  });

  it.each([
    [
      'a rule that forbids for certain',
      rules(`${ALLOW_CHAT}  - id: stop\n    effect: forbid\n    projects: [acme-ml]\n`),
    ],
    [
      'a rule that asks for a proposal',
      rules(`${ALLOW_CHAT}  - id: ask\n    effect: propose\n    projects: [acme-ml]\n`),
    ],
    ['the mode', { ...rules(ALLOW_CHAT), mode: 'propose' as const }],
    ['no rule that names the caller', rules(IN_FOLDER.replace('acme-ml', 'acme-vision'))],
  ])('is nothing against %s', (_name, allowlist) => {
    expect(allowanceIfConfirmed(allowedInput({ ...offline, allowlist }))).toBeNull();
  });

  it('is nothing where a guard failed for certain, or everything is known', () => {
    const denial = { ...denialBy(), permissionSource: 'message' as const };
    expect(allowanceIfConfirmed(allowedInput({ ...offline, denial, allowlist: rules(IN_FOLDER) }))).toBeNull();
    const unsure = { ...allowedInput().diagnosis, certainty: 'likely' as const };
    const certainOnly = rules(`${ALLOW_CHAT}    certainty: certain\n`);
    expect(allowanceIfConfirmed(allowedInput({ diagnosis: unsure, allowlist: certainOnly }))).toBeNull();
    expect(
      allowanceIfConfirmed(allowedInput({ ...offline, diagnosis: unsure, allowlist: certainOnly })),
    ).not.toBeNull();
  });
});
