import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';

const minimal = { GUESTLIST_ALLOWLIST: '/etc/guestlist/allowlist.yaml' };

describe('the environment', () => {
  it('needs only the allowlist', () => {
    expect(readConfig(minimal)).toEqual(
      expect.objectContaining({
        allowlistPath: '/etc/guestlist/allowlist.yaml',
        ledger: 'memory',
        log: null,
        resourceManager: { kind: 'google' },
      }),
    );
  });

  it('refuses a variable it does not know, with the nearest one: a misspelled setting would be ignored', () => {
    expect(() => readConfig({ ...minimal, GUESTLIST_QUARANTINE_TOPC: 'projects/acme-ml/topics/quarantine' })).toThrow(
      'did you mean "GUESTLIST_QUARANTINE_TOPIC"',
    );
  });

  it('tells everything that is wrong with it at once', () => {
    const wrong = {
      GUESTLIST_LEDGER: 'disk',
      GUESTLIST_IDENTITY: 'me',
      GUESTLIST_REPORT_TOPIC: 'reports',
      GUESTLIST_LOG: 'projects/p/logs/a/b',
      GUESTLIST_LOGGING_ENDPOINT: 'localhost',
    };
    const names = ['GUESTLIST_ALLOWLIST', ...Object.keys(wrong)];
    for (const name of names) expect(() => readConfig(wrong)).toThrow(name);
  });

  it.each([
    '10.0.0.1:80',
    'example.com:443',
    '127.0.0.1.evil.example:80',
    '0.0.0.0:80',
    '127.0.0.1',
    '127.0.0.999:80',
    'http://127.0.0.1:80',
    '127.0.0.1:0',
  ])('refuses the endpoint %s, which is not a port on loopback', (endpoint) => {
    expect(() => readConfig({ ...minimal, GUESTLIST_RESOURCE_MANAGER_ENDPOINT: endpoint })).toThrow('loopback');
  });

  it.each(['127.0.0.1:8085', 'localhost:8085', '[::1]:8085', '127.1.2.3:1'])('takes the endpoint %s', (endpoint) => {
    expect(readConfig({ ...minimal, GUESTLIST_LOGGING_ENDPOINT: endpoint }).logging).toEqual(
      expect.objectContaining({ kind: 'local' }),
    );
  });
});
