import { setFlagsFromString } from 'node:v8';
import { shortLine } from '../report/quote-shell.ts';
import { openBench, runTrials } from './backtest-bench.ts';
import { type BacktestOptions, readBacktestOptions } from './backtest-options.ts';
import { tellComparison, tellTrial } from './backtest-output.ts';
import { gatherHistory } from './history/gather-history.ts';
import { createSpillFile, type SpillFile } from './history/spill-file.ts';
import { type CommandIo, EXIT_FAILED } from './io.ts';
import { openLiveEvidence } from './live-evidence.ts';
import { CommandFailure } from './patiently.ts';
import { withUsageErrors } from './read-files.ts';

/**
 * `guestlist backtest`: what an allowlist would have done with a history of denials, or what a changed one changes.
 * Reads only. Gives the exit code.
 */
export function backtest(args: readonly string[], io: CommandIo): Promise<number> {
  return withUsageErrors(io, async () => {
    const options = await readBacktestOptions(args, io, () => openLiveEvidence(process.env));
    keepYoungObjectsFew();
    const spill = createSpillFile();
    try {
      return await run(options, spill, io);
    } catch (error) {
      if (!(error instanceof CommandFailure)) throw error;
      for (const line of error.message.split('\n')) io.err(`${shortLine(line, 1_000)}\n`);
      return EXIT_FAILED;
    } finally {
      spill.close();
    }
  });
}

async function run(options: BacktestOptions, spill: SpillFile, io: CommandIo): Promise<number> {
  const bench = openBench(options, spill, io);
  const isRead = await gatherHistory(options.source, bench, options.identity, io);
  const isPlayed = await runTrials(bench, options, io);
  bench.unreadable.end();
  const isComplete = isRead && isPlayed;
  return options.task.kind === 'trial'
    ? tellTrial(bench, options, options.task, isComplete, io)
    : tellComparison(bench, options, options.task, isComplete, io);
}

// Entries live for microseconds; with the usual room for young objects, 40 MiB of them lie about.
function keepYoungObjectsFew(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
}
