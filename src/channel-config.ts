import { readFileSync } from 'node:fs';
import type { Webhook } from './channels/webhook-channel.ts';

/** Which channels there are besides Cloud Logging and Pub/Sub; null for each that is not set up. */
export interface ChannelConfig {
  readonly slack: SlackTarget | null;
  readonly chat: URL | null;
  readonly teams: URL | null;
  readonly webhook: Webhook | null;
}

/** Where Slack is reached: a webhook only posts, a bot also keeps threads. */
export type SlackTarget =
  | { readonly kind: 'webhook'; readonly url: URL }
  | { readonly kind: 'bot'; readonly token: string; readonly channel: string };

/** Reads one variable, or null where it is unset; notes what is wrong with it. */
export type ReadVariable = <T>(
  name: string,
  expected: string,
  parse: (text: string) => T | null,
  shown: 'shown' | 'secret',
) => T | null;

/**
 * Reads the channels. Each secret stands in its variable, or in a file that the variable names by an absolute path, as
 * Secret Manager mounts it.
 */
export function readChannelConfig(read: ReadVariable, problems: string[]): ChannelConfig {
  const secretUrl = (name: string) =>
    read(name, 'an https URL, or the path of a file that holds it', parseUrl, 'secret');
  const secret = (name: string) => read(name, 'a secret, or the path of a file that holds it', readSecret, 'secret');
  const url = secretUrl('GUESTLIST_SLACK_WEBHOOK');
  const token = secret('GUESTLIST_SLACK_TOKEN');
  const channel = read('GUESTLIST_SLACK_CHANNEL', 'the id of a channel, such as C0123456789', parseChannel, 'shown');
  const target = secretUrl('GUESTLIST_WEBHOOK_URL');
  const key = secret('GUESTLIST_WEBHOOK_SECRET');
  const slack = slackTarget(url, token, channel);
  if (slack === 'contradictory')
    problems.push('GUESTLIST_SLACK_TOKEN: expected either a webhook, or a token and GUESTLIST_SLACK_CHANNEL');
  if ((target === null) !== (key === null))
    problems.push('GUESTLIST_WEBHOOK_URL: expected GUESTLIST_WEBHOOK_SECRET with it, and it with that');
  return {
    slack: slack === 'contradictory' ? null : slack,
    chat: secretUrl('GUESTLIST_CHAT_WEBHOOK'),
    teams: secretUrl('GUESTLIST_TEAMS_WEBHOOK'),
    webhook: target === null || key === null ? null : { url: target, secret: key },
  };
}

function slackTarget(
  url: URL | null,
  token: string | null,
  channel: string | null,
): SlackTarget | null | 'contradictory' {
  if (url !== null) return token === null && channel === null ? { kind: 'webhook', url } : 'contradictory';
  if (token !== null && channel !== null) return { kind: 'bot', token, channel };
  return token === null && channel === null ? null : 'contradictory';
}

// Plain http is for a stand-in on this machine; the post itself refuses it anywhere else.
function parseUrl(text: string): URL | null {
  const url = URL.parse(readSecret(text) ?? '');
  return url !== null && (url.protocol === 'https:' || url.hostname === '127.0.0.1') ? url : null;
}

function parseChannel(text: string): string | null {
  return /^[CGD][A-Z0-9]{5,30}$/.test(text) ? text : null;
}

function readSecret(text: string): string | null {
  if (!text.startsWith('/')) return text;
  try {
    const secret = readFileSync(text, 'utf8').trim();
    return secret === '' ? null : secret;
  } catch {
    return null;
  }
}
