import { writeFile } from 'node:fs/promises';
import { styleText } from 'node:util';
import { buildResult, historyFacts } from '../backtest/build-result.ts';
import { buildComparison } from '../backtest/comparison.ts';
import { renderComparison } from '../backtest/render-comparison.ts';
import { renderHtml } from '../backtest/render-html.ts';
import { renderText } from '../backtest/render-text.ts';
import type { Trial } from '../backtest/replay.ts';
import type { BacktestResult } from '../backtest/result.ts';
import type { Bench } from './backtest-bench.ts';
import type { BacktestOptions, BacktestTask, NamedAllowlist } from './backtest-options.ts';
import { type CommandIo, EXIT_GRANTS_MORE, EXIT_INTERRUPTED, EXIT_UNREADABLE } from './io.ts';
import { UsageError } from './read-files.ts';

type Task<K extends BacktestTask['kind']> = Extract<BacktestTask, { readonly kind: K }>;

/** Tells what an allowlist would have done. Gives the exit code. */
export async function tellTrial(
  bench: Bench,
  options: BacktestOptions,
  { tested, html }: Task<'trial'>,
  isComplete: boolean,
  io: CommandIo,
): Promise<number> {
  const [trial] = bench.trials;
  if (trial === undefined) throw new Error('a trial without an allowlist');
  const result = resultOf(trial, tested, bench, options, isComplete);
  if (html !== null) await writePage(html, result);
  io.out(options.isJson ? `${JSON.stringify(result, null, 2)}\n` : renderText(result, emphasizer(io)));
  return exitCode(bench, isComplete);
}

/** Tells what a changed allowlist changes. Gives the exit code. */
export async function tellComparison(
  bench: Bench,
  options: BacktestOptions,
  task: Task<'comparison'>,
  isComplete: boolean,
  io: CommandIo,
): Promise<number> {
  const [before, after] = bench.trials;
  if (before === undefined || after === undefined) throw new Error('a comparison without two allowlists');
  const results = [
    resultOf(before, task.old, bench, options, isComplete),
    resultOf(after, task.new, bench, options, isComplete),
  ] as const;
  const result = buildComparison([before, after], results, bench.comparison);
  io.out(options.isJson ? `${JSON.stringify(result, null, 2)}\n` : renderComparison(result, emphasizer(io)));
  const grantsMore = result.grantsMore.length > 0 && task.more === 'refused';
  return grantsMore && isComplete ? EXIT_GRANTS_MORE : exitCode(bench, isComplete);
}

function resultOf(
  trial: Trial,
  { name }: NamedAllowlist,
  { history, unreadable, now }: Bench,
  { evidence }: BacktestOptions,
  isComplete: boolean,
): BacktestResult {
  return buildResult(trial, {
    at: now,
    isComplete,
    allowlistName: name,
    evidence: evidence.kind,
    history: historyFacts(history, unreadable.total),
  });
}

async function writePage(path: string, result: BacktestResult): Promise<void> {
  try {
    await writeFile(path, renderHtml(result));
  } catch (error) {
    throw new UsageError(`${path}: could not be written: ${error instanceof Error ? error.message : 'unknown error'}`);
  }
}

function emphasizer({ isTerminal }: CommandIo): (text: string) => string {
  return (text) => (isTerminal ? styleText('bold', text, { validateStream: false }) : text);
}

function exitCode({ unreadable }: Bench, isComplete: boolean): number {
  if (!isComplete) return EXIT_INTERRUPTED;
  return unreadable.total > 0 ? EXIT_UNREADABLE : 0;
}
