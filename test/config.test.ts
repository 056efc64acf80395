import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config.ts';
import { fileWith } from './cli/run-command.ts';

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

  it('takes secrets from variables and from mounted files', () => {
    const file = fileWith('webhook', 'https://hooks.slack.com/services/T/B/x\n');
    const { channels } = readConfig({
      ...minimal,
      GUESTLIST_SLACK_WEBHOOK: file,
      GUESTLIST_CHAT_WEBHOOK: 'https://chat.googleapis.com/v1/spaces/A/messages?key=k',
      GUESTLIST_WEBHOOK_URL: 'https://hooks.example.com/x',
      GUESTLIST_WEBHOOK_SECRET: 'key',
    });
    expect(channels).toEqual({
      slack: { kind: 'webhook', url: new URL('https://hooks.slack.com/services/T/B/x') },
      chat: new URL('https://chat.googleapis.com/v1/spaces/A/messages?key=k'),
      teams: null,
      webhook: { url: new URL('https://hooks.example.com/x'), secret: 'key' },
    });
    const bot = readConfig({ ...minimal, GUESTLIST_SLACK_TOKEN: 'xoxb-1', GUESTLIST_SLACK_CHANNEL: 'C0123456789' });
    expect(bot.channels.slack).toEqual({ kind: 'bot', token: 'xoxb-1', channel: 'C0123456789' });
  });

  it.each([
    ['a webhook that is no https URL', { GUESTLIST_CHAT_WEBHOOK: 'http://chat.example.com/secret-key' }],
    ['a file that is not there', { GUESTLIST_TEAMS_WEBHOOK: '/secrets/secret-key' }],
    ['a webhook and a bot', { GUESTLIST_SLACK_WEBHOOK: 'https://x.example/secret-key', GUESTLIST_SLACK_TOKEN: 'x' }],
    ['a token without its channel', { GUESTLIST_SLACK_TOKEN: 'secret-key' }],
    ['a webhook without its secret', { GUESTLIST_WEBHOOK_URL: 'https://x.example/secret-key' }],
    ['a secret without its webhook', { GUESTLIST_WEBHOOK_SECRET: 'secret-key' }],
    ['who pushes without the audience', { GUESTLIST_PUSH_ACCOUNT: 'push@acme-ml.iam.gserviceaccount.com' }],
  ])('refuses %s, and prints no secret', (_name, variables) => {
    const failure = (() => {
      try {
        readConfig({ ...minimal, ...variables });
        return '';
      } catch (error) {
        return String(error);
      }
    })();
    expect(failure).toMatch(/GUESTLIST_[A-Z_]+: expected/);
    expect(failure).not.toContain('secret-key');
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

describe('the environment of the console', () => {
  const audience = '/projects/123456789012/locations/europe-west1/services/guestlist-console';
  const whole = {
    ...minimal,
    GUESTLIST_IAP_AUDIENCE: audience,
    GUESTLIST_CONSOLE_URL: 'https://guestlist-console-123456789012.europe-west1.run.app/',
    GUESTLIST_CONSOLE_VIEWERS: 'Ada@example.com, example.org',
    GUESTLIST_CONSOLE_ACCOUNT: 'guestlist-console@acme-guestlist.iam.gserviceaccount.com',
  };

  it('says where it is, who is let in and which account is its own', () => {
    expect(readConfig(whole).console).toEqual({
      audience,
      origin: 'https://guestlist-console-123456789012.europe-west1.run.app',
      viewers: { kind: 'listed', names: ['ada@example.com', 'example.org'] },
      account: 'guestlist-console@acme-guestlist.iam.gserviceaccount.com',
    });
    expect(readConfig(minimal).console.viewers).toEqual({ kind: 'everybody' });
  });

  it('threat: takes keys from nowhere but Google on Cloud Run, whoever sets the variables', () => {
    const stand = { ...minimal, K_SERVICE: 'guestlist', GUESTLIST_PUSH_KEYS_ENDPOINT: '127.0.0.1:8080' };
    expect(() => readConfig(stand)).toThrow('GUESTLIST_PUSH_KEYS_ENDPOINT');
    const local = { GUESTLIST_CONSOLE_URL: 'http://127.0.0.1:8080', GUESTLIST_IAP_KEYS_ENDPOINT: '127.0.0.1:8080' };
    expect(readConfig({ ...whole, ...local }).proxyKeys.kind).toBe('local');
    expect(() => readConfig({ ...whole, ...local, K_SERVICE: 'guestlist-console' })).toThrow('GUESTLIST_CONSOLE_URL');
    expect(() => readConfig({ ...whole, GUESTLIST_IAP_KEYS_ENDPOINT: '127.0.0.1:8080' })).toThrow('as a stand-in');
  });

  it.each([
    ['an audience without an address', { GUESTLIST_CONSOLE_URL: '' }, 'GUESTLIST_CONSOLE_URL'],
    ['no audience where the console starts', { FUNCTION_TARGET: 'console', GUESTLIST_IAP_AUDIENCE: '' }, 'AUDIENCE'],
    ['an audience of another kind', { GUESTLIST_IAP_AUDIENCE: 'guestlist-console' }, 'GUESTLIST_IAP_AUDIENCE'],
    ['an address with a path', { GUESTLIST_CONSOLE_URL: 'https://guestlist.example.com/console' }, 'without a path'],
    ['an address in plain http', { GUESTLIST_CONSOLE_URL: 'http://guestlist.example.com' }, 'without a path'],
    ['no viewers at all, which would be all of them', { GUESTLIST_CONSOLE_VIEWERS: '' }, 'it is empty'],
    ['the console without the account of the functions', { FUNCTION_TARGET: 'console' }, 'GUESTLIST_IDENTITY'],
    ['a viewer that is neither', { GUESTLIST_CONSOLE_VIEWERS: 'everybody' }, 'GUESTLIST_CONSOLE_VIEWERS'],
    ['keys of the proxy from elsewhere', { GUESTLIST_IAP_KEYS_ENDPOINT: 'keys.example.com:443' }, 'loopback'],
  ])('refuses %s', (_what, change, told) => {
    expect(() => readConfig({ ...whole, ...change })).toThrow(told);
  });
});
