import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { guestlist } from './run-command.ts';

let demo: ChildProcess | null = null;

afterEach(() => {
  demo?.kill('SIGKILL');
});

/** Waits until the demo has printed an address. */
async function addressOf(printed: { text: string }): Promise<string> {
  for (let tries = 0; tries < 600; tries += 1) {
    const [address] = /http:\/\/127\.0\.0\.1:[0-9]+\/(?=\s)/.exec(printed.text) ?? [];
    if (address !== undefined && printed.text.includes('Ctrl-C stops everything')) return address;
    await sleep(100);
  }
  throw new Error(`no address was printed:\n${printed.text}`);
}

describe('guestlist demo --open', () => {
  it.each([
    ['Ctrl-C', 'SIGINT'],
    ['kill', 'SIGTERM'],
  ] as const)(
    'tells its story, stays with the console on a loopback port, and ends whole by %s',
    async (_how, signal) => {
      const printed = { text: '' };
      demo = spawn(process.execPath, ['src/cli/guestlist.ts', 'demo', '--open'], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      demo.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        printed.text += chunk;
      });
      const address = await addressOf(printed);
      expect(printed.text).toContain('checks nobody');
      const form = { origin: address.slice(0, -1), 'content-type': 'application/x-www-form-urlencoded' };
      const init = { method: 'POST', headers: form, body: 'email=ada%40example.com', redirect: 'manual' } as const;
      const [cookie = ''] = (await fetch(`${address}stand-in`, init)).headers.getSetCookie();
      const inbox = await (await fetch(address, { headers: { cookie: cookie.slice(0, cookie.indexOf(';')) } })).text();
      expect(inbox).toContain('2 proposals wait');
      expect(inbox).toContain('Stand-in for Identity-Aware Proxy.');
      demo.kill(signal);
      expect(await once(demo, 'exit')).toEqual([0, null]);
      await expect(fetch(address)).rejects.toThrow();
    },
    90_000,
  );

  it.each([
    ['--port without --open', ['--port', '8080']],
    ['a port that is none', ['--open', '--port', 'http']],
    ['an option that it does not know', ['--opne']],
  ])('refuses %s', (_what, args) => {
    const { status, err } = guestlist(['demo', ...args]);
    expect(status).toBe(2);
    expect(err).toContain('usage: guestlist demo');
  });
});
