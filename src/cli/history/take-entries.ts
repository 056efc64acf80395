import { hash } from 'node:crypto';
import type { CaseBook } from '../../backtest/case-book.ts';
import { type BegunMark, beginMark, endMark, entryMark } from '../../backtest/entry-mark.ts';
import type { History } from '../../backtest/history.ts';
import type { AskedFacts } from '../../backtest/stand-in.ts';
import { passingFields } from '../../denial/passing-fields.ts';
import { entryIdEnd, entryIdStart, readDenial } from '../../denial/read-denial.ts';
import { createRecurringText } from '../../denial/recurring-text.ts';
import { millisecondsOf } from '../../iam/timestamp.ts';
import { readEntryJson, readEntryOrPush } from '../../ingest/read-entries.ts';
import type { EntryReading } from '../../ingest/read-entry.ts';
import type { HistorySink } from './history-sink.ts';

/** What entries are taken into, and what stands in for the time of those that have none (RFC 3339). */
export interface EntryPorts {
  readonly history: Pick<History, 'add'>;
  readonly book: Pick<CaseBook, 'caseOf'>;
  readonly asked: AskedFacts;
  readonly now: string;
  readonly onEntry: () => void;
  readonly onUnreadable: (reason: string, line: number) => void;
}

/** About 150 bytes each, in each of two generations. */
const MOST_TEXTS = 32_768;

/** What an entry came to that may come again. */
interface Taken {
  readonly found: number;
  readonly mark: BegunMark;
}

/** Takes entries into a history. What cannot be read does not keep the rest from being read. */
export function createEntrySink({ history, book, asked, now, onEntry, onUnreadable }: EntryPorts): HistorySink {
  const recurring = createRecurringText<Taken>(MOST_TEXTS, (parts) => hash('sha256', parts, 'binary'));
  const take = (reading: EntryReading, line: number): Taken | null => {
    if (reading.kind === 'unreadable') {
      onUnreadable(reading.reason, line);
      return null;
    }
    const read = readDenial(reading.entry, now);
    if (read.kind === 'unreadable') {
      onUnreadable(read.issues.map(({ place, message }) => `${place}: ${message}`).join('; '), line);
      return null;
    }
    const { at, entryId, logName } = read.denial;
    const found = book.caseOf(read.denial).id;
    history.add(millisecondsOf(at), found, entryMark(entryId));
    return { found, mark: beginMark(entryIdStart(logName)) };
  };
  const takeText = (json: string, line: number) => {
    const reading = readEntryJson(json);
    const taken = take(reading, line);
    if (taken !== null && reading.kind === 'entry') recurring.learn(json, passingFields(reading.entry, asked), taken);
  };
  return {
    text: (json, line) => {
      const known = recurring.find(json);
      if (known !== null) {
        onEntry();
        const { found, mark } = known.value;
        history.add(millisecondsOf(known.at), found, endMark(mark, entryIdEnd(known.at, known.insertId)));
      } else if (json.trim() !== '') {
        onEntry();
        takeText(json, line);
      }
    },
    value: (value, line) => {
      onEntry();
      take(readEntryOrPush(value), line);
    },
    unreadable: (reason, line) => {
      onEntry();
      take({ kind: 'unreadable', reason }, line);
    },
  };
}
