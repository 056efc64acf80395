import { backtest } from '../../src/cli/backtest.ts';
import type { CommandIo } from '../../src/cli/io.ts';

/**
 * Decides a history offline, whole as the command does it: from the bytes of its lines, in chunks of any size, to the
 * result as JSON. Reads no file but the allowlist.
 */
export async function decideOffline(chunks: Iterable<Buffer>, allowlist: string): Promise<string> {
  const printed: string[] = [];
  const io: CommandIo = {
    out: (text) => void printed.push(text),
    err: (text) => void printed.push(text),
    stdin: async () => '',
    stdinChunks: async function* () {
      yield* chunks;
    },
    onInterrupt: () => () => {},
    ask: async () => '',
    isWatched: false,
    isTerminal: false,
    isInteractive: false,
  };
  const status = await backtest(['--allowlist', allowlist, '--json'], io);
  if (status !== 0) throw new Error(`the backtest ended with ${status}:\n${printed.join('')}`);
  return printed.join('');
}
