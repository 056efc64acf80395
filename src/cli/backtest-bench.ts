import { setImmediate } from 'node:timers/promises';
import { type CaseBook, createCaseBook } from '../backtest/case-book.ts';
import { type Comparison, createComparison } from '../backtest/comparison.ts';
import { decideAhead } from '../backtest/decide-ahead.ts';
import { createHistory, type History, type RunStore } from '../backtest/history.ts';
import { createTrial, replay, type Trial } from '../backtest/replay.ts';
import { type AskedFacts, askedFacts } from '../backtest/stand-in.ts';
import { createVerdictBook } from '../backtest/verdict-book.ts';
import { NO_ALLOWLIST } from '../decision/allowlist.ts';
import type { BacktestOptions, BacktestTask, NamedAllowlist } from './backtest-options.ts';
import { watchForInterrupt } from './interrupt.ts';
import type { CommandIo } from './io.ts';
import { createProgress, type Progress } from './progress.ts';
import { createUnreadableEntries, type UnreadableEntries } from './unreadable-entries.ts';

/** Everything that a backtest works on. */
export interface Bench {
  readonly history: History;
  readonly book: CaseBook;
  readonly asked: AskedFacts;
  /** One for each allowlist, the old one first. */
  readonly trials: readonly Trial[];
  readonly comparison: Comparison;
  readonly progress: Progress;
  readonly unreadable: UnreadableEntries;
  /** What stands in for the time of entries that have none, RFC 3339. */
  readonly now: string;
}

/** How many cases are looked up at once: each takes some calls, and Resource Manager allows hundreds a minute. */
const LOOK_UPS_AT_ONCE = 8;

/** Opens an empty history and puts the allowlists on trial. */
export function openBench({ task, identity, evidence }: BacktestOptions, store: RunStore, io: CommandIo): Bench {
  const tested = testedIn(task).map(({ allowlist }) => allowlist);
  const asked = askedFacts(tested);
  const [first = NO_ALLOWLIST, second = first] = tested;
  const progress = createProgress(io, Date.now);
  return {
    history: createHistory(store),
    book: createCaseBook(identity, asked),
    asked,
    trials: tested.map((allowlist) =>
      createTrial(allowlist, createVerdictBook({ allowlist, identity, evidence: evidence.ports })),
    ),
    comparison: createComparison(first, second),
    progress,
    unreadable: createUnreadableEntries(io, progress.end),
    now: new Date().toISOString(),
  };
}

/** The allowlists of a task, the old one first. */
export function testedIn(task: BacktestTask): readonly NamedAllowlist[] {
  return task.kind === 'trial' ? [task.tested] : [task.old, task.new];
}

/** Plays the history through; false when it was interrupted. */
export async function runTrials(bench: Bench, { evidence }: BacktestOptions, io: CommandIo): Promise<boolean> {
  const interrupt = watchForInterrupt(io);
  if (evidence.kind === 'live') await lookUpAhead(bench, interrupt.isAsked);
  await replay({
    ...bench,
    onDenial: (_at, _found, findings) => bench.comparison.count(findings),
    goOn: async (entries) => {
      bench.progress.say(`playing through: ${entries.toLocaleString('en-US')} entries`);
      await setImmediate();
      return !interrupt.isAsked();
    },
  });
  bench.progress.end();
  interrupt.end();
  return !interrupt.isAsked();
}

async function lookUpAhead({ book, trials, now, progress }: Bench, isStopped: () => boolean): Promise<void> {
  const { length } = book.cases;
  for (const { verdicts } of trials) {
    await decideAhead(book.cases, verdicts, Date.parse(now), LOOK_UPS_AT_ONCE, (done) => {
      progress.say(`looking up: ${done.toLocaleString('en-US')} of ${length.toLocaleString('en-US')} cases`);
      return !isStopped();
    });
  }
}
