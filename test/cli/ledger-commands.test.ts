import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asServiceAccount, asUser, deniedCall } from '../../src/local/demo/demo-entries.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findFirestoreEmulator, startFirestoreEmulator } from '../../src/local/firestore-emulator.ts';
import { emulatorProgram } from '../emulator-program.ts';
import { ALLOW_ALL_OF_SANDBOX, gist, membersOf, openStage, push, reportsIn, type Stage } from '../end-to-end/stage.ts';
import { guestlist, guestlistWith, jsonLines } from './run-command.ts';

const program = emulatorProgram('Firestore', findFirestoreEmulator());
const CHAT = 'serviceAccount:chat@acme-ml.iam.gserviceaccount.com';

describe.skipIf(program === null)('the commands that work on the ledger', () => {
  let emulator: Emulator;
  let stage: Stage;
  let person: string | null = null;
  const run = (...args: readonly string[]) => guestlistWith(stage.environment, args);

  beforeAll(async () => {
    emulator = await startFirestoreEmulator(program ?? '');
    stage = await openStage({
      allowlist: `${ALLOW_ALL_OF_SANDBOX}approvers: ["user:ada@example.com", "user:alice@example.com"]\n`,
      person: () => person,
      environment: {
        FIRESTORE_EMULATOR_HOST: emulator.host,
        GUESTLIST_LEDGER: 'firestore',
        GUESTLIST_FIRESTORE: 'projects/acme-guestlist/databases/guestlist',
      },
    });
    const port = stage.instances[0]?.port ?? 0;
    const app = asServiceAccount('chat@acme-ml.iam.gserviceaccount.com');
    const alice = asUser('alice@example.com');
    await push(port, JSON.stringify(deniedCall({ insertId: 'c', project: 'acme-ml', caller: app })));
    await push(port, JSON.stringify(deniedCall({ insertId: 'a', project: 'acme-ml', caller: alice })));
  }, 120_000);
  afterAll(async () => {
    await stage.stop();
    await emulator.stop();
  });

  it('list the grants in force, for people and for scripts', async () => {
    const listed = await run('grants');
    expect(listed).toEqual(expect.objectContaining({ status: 0, err: '1 shown\n' }));
    expect(listed.out).toMatch(/^g-[0-9a-f]{24} {2}active {2}serviceAccount:chat@.* on acme-ml .*\(rule sandbox\)\n$/);
    const [grant] = jsonLines((await run('grants', '--json')).out);
    expect(grant).toEqual(
      expect.objectContaining({
        state: 'active',
        ruleId: 'sandbox',
        change: expect.objectContaining({ member: CHAT }),
      }),
    );
    expect((await run('grants', '--project', 'acme-pay')).out).toBe('');
  });

  it('list the proposals that wait', async () => {
    const listed = await run('proposals');
    expect(listed.out).toMatch(/^p-[0-9a-f]{24} {2}open {2}user:alice@example\.com .* on acme-ml /);
  });

  it('ask before anything is changed: without a terminal and without --yes nothing is', async () => {
    const [grant] = await idsOf('grants');
    const result = await run('undo', grant ?? '');
    expect(result.status).toBe(2);
    expect(result.out).toContain('This removes from the policy of acme-ml:');
    expect(result.err).toContain('add --yes');
    expect(membersOf(stage.cloud, 'acme-ml')).toContain(CHAT);
  });

  it('take exactly one grant back, once', async () => {
    const before = membersOf(stage.cloud, 'acme-ml');
    const [grant] = await idsOf('grants');
    person = 'ada@example.com';
    const result = await run('undo', grant ?? '', '--yes');
    expect(result).toEqual(
      expect.objectContaining({ status: 0, out: expect.stringContaining('The binding is removed.') }),
    );
    expect(membersOf(stage.cloud, 'acme-ml')).toEqual(before.filter((member) => member !== CHAT));
    expect(await idsOf('grants')).toEqual([]);
    expect((await run('grants', '--all')).out).toContain('undone since');
    const again = await run('undo', grant ?? '', '--yes');
    expect(again).toEqual(
      expect.objectContaining({ status: 1, err: expect.stringContaining('it was taken back already') }),
    );
    expect(reportsIn(stage.cloud).at(-1)?.outcome).toEqual(
      expect.objectContaining({ detail: expect.stringContaining('by ada@example.com') }),
    );
  });

  it('threat: approve as the person that the credentials name, and not for oneself', async () => {
    const [proposal] = await idsOf('proposals');
    person = null;
    expect((await run('approve', proposal ?? '', '--yes')).err).toContain('the credentials name no person');
    person = 'alice@example.com';
    expect((await run('approve', proposal ?? '', '--yes')).err).toContain('nobody approves their own access');
    person = 'mallory@example.com';
    expect((await run('approve', proposal ?? '', '--yes')).err).toContain('is not among the approvers');
    expect(membersOf(stage.cloud, 'acme-ml')).not.toContain('user:alice@example.com');
  });

  it('apply a proposal after deciding anew, by its incident too, and only what was shown', async () => {
    person = 'ada@example.com';
    const [proposal] = await idsOf('proposals');
    const wrong = await run('approve', proposal ?? '', '--hash', 'x', '--yes');
    expect(wrong).toEqual(expect.objectContaining({ status: 1, err: expect.stringContaining('has changed') }));
    const incident = /incident (i-[0-9a-f]+)/.exec((await run('proposals')).out)?.[1] ?? '';
    const result = await run('approve', incident, '--yes');
    expect(result).toEqual(
      expect.objectContaining({
        status: 0,
        out: expect.stringContaining(
          'Granted Agent Platform User (roles/aiplatform.user). Approved by ada@example.com.',
        ),
      }),
    );
    expect(membersOf(stage.cloud, 'acme-ml')).toContain('user:alice@example.com');
    expect(gist(reportsIn(stage.cloud).at(-1) ?? {})).toBe('missing-role apply applied');
    expect((await run('grants')).out).toContain('(approved by ada@example.com)');
  });

  it('name what is missing', async () => {
    expect((await run('undo', 'g-none', '--yes')).err).toContain('expected the id of a grant');
    expect((await run('approve', 'p-none', '--yes')).err).toContain('expected the id of a proposal');
    expect((await run('undo')).err).toContain('usage: guestlist undo');
    expect((await run('grants', '--wrong')).status).toBe(2);
  });

  async function idsOf(list: 'grants' | 'proposals'): Promise<readonly string[]> {
    return (await run(list)).out.split('\n').flatMap((line) => /^[gp]-[0-9a-f]+/.exec(line)?.[0] ?? []);
  }
});

describe('the commands that work on the ledger, without one', () => {
  it('say which settings they need', () => {
    const result = guestlist(['grants']);
    expect(result.status).toBe(2);
    expect(result.err).toContain('GUESTLIST_ALLOWLIST');
  });
});
