import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asUser } from '../../src/local/demo/demo-entries.ts';
import type { Emulator } from '../../src/local/emulator.ts';
import { findFirestoreEmulator, startFirestoreEmulator } from '../../src/local/firestore-emulator.ts';
import { type ConsoleStage, openConsoleStage, refusedCall } from '../console/console-stage.ts';
import { emulatorProgram } from '../emulator-program.ts';

const program = emulatorProgram('Firestore', findFirestoreEmulator());

/** One answer of a console. */
interface Answer {
  readonly status: number;
  readonly html: string;
  readonly cookie: string;
}

describe.skipIf(program === null)(
  'two instances of the console beside the function, with the ledger in Firestore',
  () => {
    let emulator: Emulator;
    let stage: ConsoleStage;

    beforeAll(async () => {
      emulator = await startFirestoreEmulator(program ?? '');
      const environment = {
        FIRESTORE_EMULATOR_HOST: emulator.host,
        GUESTLIST_LEDGER: 'firestore',
        GUESTLIST_FIRESTORE: 'projects/acme-guestlist/databases/guestlist',
      };
      stage = await openConsoleStage(environment, ['remediate', 'console', 'console']);
    }, 120_000);

    afterAll(async () => {
      await stage?.stop();
      await emulator?.stop();
    });

    const portOf = (instance: number) => stage.functions[instance]?.port ?? 0;

    async function ask(instance: number, person: string, path: string, init: RequestInit = {}): Promise<Answer> {
      const assertion = await stage.proxy.assertionFor(person);
      const headers = { ...Object.fromEntries(new Headers(init.headers)), 'x-goog-iap-jwt-assertion': assertion };
      const response = await fetch(`http://127.0.0.1:${portOf(instance)}${path}`, {
        redirect: 'manual',
        ...init,
        headers,
      });
      const [set = ''] = response.headers.getSetCookie();
      return { status: response.status, html: await response.text(), cookie: set.slice(0, set.indexOf(';')) };
    }

    /** Opens the page of an incident, and gives what sends its form of approval. */
    async function openForm(instance: number, person: string, incident: string) {
      const { html, cookie } = await ask(instance, person, incident);
      const [, hash = ''] = /name="hash" value="([^"]+)"/.exec(html) ?? [];
      const [, token = ''] = /name="token" value="([^"]+)"/.exec(html) ?? [];
      const headers = { cookie, origin: stage.proxy.url, 'content-type': 'application/x-www-form-urlencoded' };
      const body = new URLSearchParams({ hash, token }).toString();
      // Another instance may answer than the one that made the page.
      return (by: number) => ask(by, person, `${incident}/approve`, { method: 'POST', headers, body });
    }

    async function incidentOf(name: string): Promise<string> {
      await stage.deny(refusedCall(asUser(name)));
      const { html } = await ask(1, 'ada@example.com', '/');
      const [, incident = ''] = new RegExp(`href="(/incidents/[^"]+)">${name} was refused`).exec(html) ?? [];
      return incident;
    }

    it('takes a denial from its message to a grant that a person approved, over processes that share nothing else', async () => {
      const incident = await incidentOf('carol@example.com');
      const approve = await openForm(1, 'ada@example.com', incident);
      expect((await approve(2)).status).toBe(303);
      expect((await ask(2, 'ada@example.com', incident)).html).toContain('Approved · granted');
      expect(stage.cloud.state.writes.at(-1)?.requestReason).toContain('approved by ada@example.com');
      expect((await ask(1, 'bob@example.com', '/grants')).html).toContain('approved by ada@example.com');
    }, 60_000);

    it('threat: of approvals that race on two instances, one has an effect', async () => {
      const incident = await incidentOf('dan@example.com');
      const writes = stage.cloud.state.writes.length;
      const forms = await Promise.all([
        openForm(1, 'ada@example.com', incident),
        openForm(2, 'bob@example.com', incident),
      ]);
      const answers = await Promise.all(forms.flatMap((approve) => [approve(1), approve(2)]));
      expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 409, 409, 409]);
      expect(stage.cloud.state.writes).toHaveLength(writes + 1);
    }, 60_000);

    it('threat: lets nobody in around the proxy', async () => {
      for (const headers of [{}, { 'x-goog-authenticated-user-email': 'accounts.google.com:ada@example.com' }]) {
        const response = await fetch(`http://127.0.0.1:${portOf(1)}/`, { headers });
        expect(response.status).toBe(401);
        expect(await response.text()).not.toContain('carol');
      }
    });

    it('threat: answers no message as if it were the function that takes them', async () => {
      const body = JSON.stringify({ message: { data: 'e30=', messageId: 'm' }, subscription: 's' });
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`http://127.0.0.1:${portOf(1)}/projects/p/topics/t`, {
        method: 'POST',
        headers,
        body,
      });
      expect(response.status).toBe(401);
    });
  },
);
