import type { Denial } from '../denial/denial.ts';
import { type Cause, type Diagnosis, fromEntry } from './diagnosis.ts';

/** What proves a cause that Google names itself: error reasons, and texts that count only where no reason is given. */
export interface Witness {
  readonly cause: Cause;
  readonly reasons: readonly string[];
  readonly texts: readonly RegExp[];
  readonly summary: string;
}

/** The diagnosis when the entry carries one of the reasons (`certain`), or only one of the texts (`likely`). */
export function testify(denial: Denial, { cause, reasons, texts, summary }: Witness): Diagnosis | null {
  const error = denial.errors.find((info) => reasons.includes(info.reason));
  if (error !== undefined) {
    const metadata = ['service', 'consumer', 'method'].flatMap((name) => {
      const value = error.metadata.get(name);
      return value === undefined ? [] : [fromEntry(`${name} ${value}`)];
    });
    return { cause, certainty: 'certain', summary, evidence: [fromEntry(`error reason ${error.reason}`), ...metadata] };
  }
  const isSilent = denial.errors.every((info) => info.reason === '');
  if (!isSilent || !texts.some((text) => text.test(denial.status.message))) return null;
  return { cause, certainty: 'likely', summary, evidence: [fromEntry(`the message reads: ${denial.status.message}`)] };
}
