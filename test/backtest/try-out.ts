import { buildResult, historyFacts } from '../../src/backtest/build-result.ts';
import { createCaseBook } from '../../src/backtest/case-book.ts';
import { entryMark } from '../../src/backtest/entry-mark.ts';
import { createHistory } from '../../src/backtest/history.ts';
import { createTrial, replay } from '../../src/backtest/replay.ts';
import type { BacktestResult } from '../../src/backtest/result.ts';
import { askedFacts } from '../../src/backtest/stand-in.ts';
import { createVerdictBook } from '../../src/backtest/verdict-book.ts';
import type { Allowlist } from '../../src/decision/allowlist.ts';
import type { EvidencePorts } from '../../src/diagnosis/evidence.ts';
import { demoWorld } from '../../src/local/demo/demo-world.ts';
import { parseWorld } from '../../src/local/world.ts';
import { worldEvidence } from '../../src/local/world-evidence.ts';
import { denialOf } from '../fixtures/case.ts';
import { memoryStore } from './memory-runs.ts';

export const T0 = Date.parse('2026-11-20T10:00:00Z');
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** An entry of the demo at a time, in milliseconds after `T0`. */
export interface TimedEntry {
  readonly after: number;
  readonly entry: object;
}

/** The evidence of the demo's organization. */
export function demoEvidence(): EvidencePorts {
  const reading = parseWorld(demoWorld);
  if (reading.kind === 'issues') throw new Error(JSON.stringify(reading.issues));
  return worldEvidence(reading.world);
}

/** What an allowlist would have done with these entries. */
export async function tryOut(
  allowlist: Allowlist,
  entries: readonly TimedEntry[],
  evidence: EvidencePorts = demoEvidence(),
): Promise<BacktestResult> {
  const identity = { kind: 'nobody' } as const;
  const book = createCaseBook(identity, askedFacts([allowlist]));
  const history = createHistory(memoryStore());
  for (const [number, { after, entry }] of entries.entries()) {
    const at = T0 + after;
    const denial = denialOf({ ...entry, timestamp: new Date(at).toISOString(), insertId: `e${number}` });
    history.add(at, book.caseOf(denial).id, entryMark(denial.entryId));
  }
  const trial = createTrial(allowlist, createVerdictBook({ allowlist, identity, evidence }));
  await replay({ history, book, trials: [trial], onDenial: () => {}, goOn: async () => true });
  return buildResult(trial, {
    at: '2026-11-24T00:00:00Z',
    isComplete: true,
    allowlistName: 'allowlist.yaml',
    evidence: 'world',
    history: historyFacts(history, 0),
  });
}
