import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFirestoreStore } from '../../src/google/firestore-store.ts';
import { emptySnapshot, StoreUnavailable } from '../../src/ledger/document-store.ts';
import { keyOf } from '../../src/ledger/keys.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findFirestoreEmulator, startFirestoreEmulator } from '../../src/local/firestore-emulator.ts';
import { freePort } from '../../src/local/function-process.ts';
import { ledgerContract } from '../contracts/ledger-contract.ts';
import { emulatorProgram } from '../emulator-program.ts';

const program = emulatorProgram('Firestore', findFirestoreEmulator());

describe.skipIf(program === null)("Google's Firestore emulator", () => {
  let emulator: Emulator;
  let databases = 0;
  const openStore = async () => createFirestoreStore({ project: 'acme-guestlist', database: `ledger-${++databases}` });

  beforeAll(async () => {
    emulator = await startFirestoreEmulator(program ?? '');
    process.env.FIRESTORE_EMULATOR_HOST = emulator.host;
  }, 90_000);
  afterAll(() => emulator.stop());

  ledgerContract('the store in Firestore', openStore);

  it('keeps the time from when a document may be forgotten as a timestamp, for the TTL policy', async () => {
    const store = createFirestoreStore({ project: 'acme-guestlist', database: 'ttl' });
    const key = keyOf('turns', 't-1');
    const keepUntil = Date.parse('2026-12-01T00:00:00Z');
    const write = { key, record: { token: 't', until: 1 }, at: 5, due: 7, keepUntil, version: null };
    expect(await store.commit([write])).toBe('committed');
    const { Firestore, Timestamp } = await import('@google-cloud/firestore');
    const raw = await new Firestore({ projectId: 'acme-guestlist', databaseId: 'ttl' }).doc('turns/t-1').get();
    expect(raw.get('expireAt')).toEqual(Timestamp.fromMillis(keepUntil));
    const snapshot = emptySnapshot();
    await store.read([key], snapshot);
    expect(snapshot.get(key)).toEqual(
      expect.objectContaining({ record: { token: 't', until: 1 }, at: 5, due: 7, keepUntil }),
    );
  });

  it('writes all or nothing, and only over the version that was read', async () => {
    const store = createFirestoreStore({ project: 'acme-guestlist', database: 'versions' });
    const [one, two] = [keyOf('turns', 't-1'), keyOf('turns', 't-2')];
    const write = (key: typeof one, token: string, version: string | null) => ({
      key,
      record: { token, until: 1 },
      at: 0,
      due: null,
      keepUntil: 1,
      version,
    });
    expect(await store.commit([write(one, 'a', null)])).toBe('committed');
    expect(await store.commit([write(two, 'a', null), write(one, 'b', null)])).toBe('conflict');
    const snapshot = emptySnapshot();
    await store.read([one, two], snapshot);
    expect(snapshot.get(two)).toBeNull();
    const version = snapshot.get(one)?.version ?? '';
    expect(await store.commit([write(one, 'c', version)])).toBe('committed');
    expect(await store.commit([write(one, 'd', version)])).toBe('conflict');
    expect(await store.commit([write(two, 'd', version)])).toBe('conflict');
  });

  it('refuses a document that Firestore would not take, before it is sent', async () => {
    const store = createFirestoreStore({ project: 'acme-guestlist', database: 'large' });
    const record = { token: 'x'.repeat(1_100_000), until: 1 };
    await expect(
      store.commit([{ key: keyOf('turns', 't-1'), record, at: 0, due: null, keepUntil: 1, version: null }]),
    ).rejects.toThrow('more than Firestore takes');
  });

  it('says that the store is away when nobody answers', async () => {
    const present = process.env.FIRESTORE_EMULATOR_HOST;
    process.env.FIRESTORE_EMULATOR_HOST = `127.0.0.1:${await freePort()}`;
    const store = createFirestoreStore({ project: 'acme-guestlist', database: 'away' });
    try {
      await expect(store.read([keyOf('turns', 't-1')], emptySnapshot())).rejects.toThrow(StoreUnavailable);
    } finally {
      process.env.FIRESTORE_EMULATOR_HOST = present;
    }
  }, 40_000);
});
