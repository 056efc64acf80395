import { createInterface } from 'node:readline/promises';
import { text } from 'node:stream/consumers';

/** What a command may touch. */
export interface CommandIo {
  readonly out: (chunk: string) => void;
  readonly err: (chunk: string) => void;
  /** All of standard input as text. */
  readonly stdin: () => Promise<string>;
  /** Standard input piece by piece. */
  readonly stdinChunks: () => AsyncIterable<Buffer>;
  /** True when a person looks at standard error, so that it may show how far something got. */
  readonly isWatched: boolean;
  /** Runs something when the person asks to stop (Ctrl-C), once; gives what ends that. Asked again, the process ends. */
  readonly onInterrupt: (stop: () => void) => () => void;
  /** True when a person looks at the output, so that it may be in colour. */
  readonly isTerminal: boolean;
  /** True when a person can be asked. */
  readonly isInteractive: boolean;
  /** Asks a person and gives the answer. */
  readonly ask: (question: string) => Promise<string>;
}

/** An entry could not be read. */
export const EXIT_UNREADABLE = 1;

/** What was asked for was not done. */
export const EXIT_FAILED = 1;

/** What was compared grants more than before. */
export const EXIT_GRANTS_MORE = 3;

/** It was stopped on the way, as shells say it: 128 and the number of SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** The command line, the allowlist or the world file is wrong. */
export const EXIT_USAGE = 2;

/** The streams of this process. A reader that goes away early (`| head`) ends the command quietly. */
export function processIo(): CommandIo {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  return {
    out: (chunk) => void process.stdout.write(chunk),
    err: (chunk) => void process.stderr.write(chunk),
    stdin: () => text(process.stdin),
    stdinChunks: () => process.stdin,
    isWatched: process.stderr.isTTY === true,
    onInterrupt: (stop) => {
      process.once('SIGINT', stop);
      return () => void process.off('SIGINT', stop);
    },
    isTerminal: process.stdout.isTTY === true && process.env.NO_COLOR === undefined,
    isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
    ask,
  };
}

async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}
