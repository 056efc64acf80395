import type { Cause } from '../../diagnosis/diagnosis.ts';
import type { NewsKind, Posting } from '../posting.ts';
import type { Outcome } from '../report.ts';
import type { Tone } from './document.ts';

/** What was told about an incident at one time. */
export interface Told {
  readonly news: NewsKind;
  readonly outcome: Outcome['kind'];
  readonly cause: Cause;
}

/** What is new about an incident and what was done, in two words at most: what a glance at a phone takes in. */
export function badgeOf({ report, news }: Posting): string {
  return toldText({ news, outcome: report.outcome.kind, cause: report.diagnosis.cause });
}

/** Whether a posting is good news, bad news, or waits for somebody. */
export function toneOf({ report, news }: Posting): Tone {
  return toldTone({ news, outcome: report.outcome.kind, cause: report.diagnosis.cause });
}

/** The same two words for what was told earlier. */
export function toldText({ news, outcome }: Told): string {
  const word = NEWS[news];
  return word.isWhole ? word.text : `${word.text} · ${OUTCOMES[outcome]}`;
}

/** The same tone for what was told earlier. */
export function toldTone({ news, outcome, cause }: Told): Tone {
  return TONES_OF_NEWS[news] ?? (ALARMING.has(cause) ? 'bad' : TONES[outcome]);
}

/** A sign for media without colours. */
export const SIGNS: Readonly<Record<Tone, string>> = { good: '🟢', attention: '🟠', bad: '🔴', neutral: '⚪' };

interface NewsWord {
  readonly text: string;
  /** True where the outcome would only repeat it. */
  readonly isWhole: boolean;
}

const NEWS: Readonly<Record<NewsKind, NewsWord>> = {
  opened: { text: 'New', isWhole: false },
  repeated: { text: 'Again', isWhole: false },
  changed: { text: 'Changed', isWhole: false },
  approved: { text: 'Approved', isWhole: false },
  dismissed: { text: 'Dismissed', isWhole: true },
  verified: { text: 'Works now', isWhole: true },
  'did-not-help': { text: 'Grant did not help', isWhole: true },
  gone: { text: 'Grant is gone', isWhole: true },
  undone: { text: 'Grant taken back', isWhole: true },
  ended: { text: 'Grant has ended', isWhole: true },
};

const OUTCOMES: Readonly<Record<Outcome['kind'], string>> = {
  applied: 'granted',
  'already-granted': 'granted already',
  proposed: 'waits for a person',
  advised: 'no grant made',
  ignored: 'nothing to do',
  refused: 'grant refused by Google',
  failed: 'failed',
};

const TONES: Readonly<Record<Outcome['kind'], Tone>> = {
  applied: 'good',
  'already-granted': 'good',
  proposed: 'attention',
  advised: 'attention',
  ignored: 'neutral',
  refused: 'bad',
  failed: 'bad',
};

const TONES_OF_NEWS: Readonly<Record<NewsKind, Tone | null>> = {
  opened: null,
  repeated: null,
  changed: null,
  approved: null,
  dismissed: 'neutral',
  verified: 'good',
  'did-not-help': 'bad',
  gone: 'bad',
  undone: 'neutral',
  ended: 'neutral',
};

const ALARMING: ReadonlySet<Cause> = new Set(['own-call', 'reconnaissance']);
