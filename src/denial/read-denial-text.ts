import type { Timestamp } from '../iam/timestamp.ts';
import { orNull, readFields } from '../ingest/fields.ts';
import { type Entry, readEntryText } from '../ingest/read-entry.ts';
import type { Denial, ErrorInfo } from './denial.ts';
import { passingFields } from './passing-fields.ts';
import { entryIdEnd, entryIdStart, readDenial } from './read-denial.ts';
import { createRecurringText, type Recurrence, type RecurringText } from './recurring-text.ts';
import { splitMessage } from './split-message.ts';

/** A denial, or why the text holds none. */
export type DenialTextReading =
  | { readonly kind: 'denial'; readonly denial: Denial }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads the text of a message as an entry, and that as a denial. `receivedAt` stands in where it has no time of its own. */
export type ReadDenialText = (text: string, receivedAt: () => Timestamp) => DenialTextReading;

/** A denial as it was read, and its status message as it was sent up to the id of its error, where it has one. */
interface Known {
  readonly denial: Denial;
  readonly messageStart: string;
}

/** So many refused calls are known again, or twice as many; no text of one that is kept has more than 16 KB. */
const MOST_CALLS = 500;

/**
 * A reader that knows the calls again that were refused lately: their entries differ in a few fields, which are read
 * anew each time, as strictly as in a first one.
 */
export function createDenialReader(): ReadDenialText {
  const recurring = createRecurringText<Known>(MOST_CALLS, (parts) => parts);
  return (text, receivedAt) => {
    const known = recurring.find(text);
    return known === null ? readInFull(text, receivedAt(), recurring) : { kind: 'denial', denial: denialAgain(known) };
  };
}

function readInFull(text: string, receivedAt: Timestamp, recurring: RecurringText<Known>): DenialTextReading {
  const reading = readEntryText(text);
  if (reading.kind === 'unreadable') return reading;
  const denial = readDenial(reading.entry, receivedAt);
  if (denial.kind === 'denial') {
    learn(text, reading.entry, denial.denial, recurring);
    return denial;
  }
  return {
    kind: 'unreadable',
    reason: denial.issues.map((issue) => `${issue.place}: ${issue.message}`).join('; '),
  };
}

function learn(text: string, entry: Entry, denial: Denial, recurring: RecurringText<Known>): void {
  const fields = passingFields(entry, []);
  const message = readFields(entry, '', []).object('protoPayload').object('status').text('message');
  const messageStart = message.slice(0, message.length - (fields.get('errorId') ?? '').length);
  recurring.learn(text, fields, { denial, messageStart });
}

function denialAgain({ value: { denial, messageStart }, at, insertId, passing }: Recurrence<Known>): Denial {
  const callerIp = passing('callerIp');
  const errorId = passing('errorId');
  const errorInfoId = passing('errorInfoId');
  return {
    ...denial,
    entryId: entryIdStart(denial.logName) + entryIdEnd(at, insertId),
    insertId,
    at,
    callerIp: callerIp === null ? denial.callerIp : orNull(callerIp),
    troubleshooterLink:
      errorId === null ? denial.troubleshooterLink : splitMessage(messageStart + errorId).troubleshooterLink,
    ...(errorInfoId === null ? {} : withErrorInfoId(denial, errorInfoId)),
  };
}

function withErrorInfoId(denial: Denial, id: string): Pick<Denial, 'errors' | 'errorInfoId'> {
  const errors = denial.errors.map((error): ErrorInfo => {
    if (!error.metadata.has('error_info_id')) return error;
    return { ...error, metadata: new Map(error.metadata).set('error_info_id', id) };
  });
  return { errors, errorInfoId: denial.errorInfoId === null ? null : orNull(id) };
}
