import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LOCAL_ENVIRONMENT } from '../../src/local/function-process.ts';
import { ownFolder } from '../own-folder.ts';

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the guestlist command as a process. */
export function guestlist(args: readonly string[], stdin = ''): CommandResult {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/cli/guestlist.ts', ...args], {
    input: stdin,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, out: stdout, err: stderr };
}

/** Runs the guestlist command as a process with this environment, while this process goes on serving. */
export function guestlistWith(
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  onStart: (child: ChildProcess) => void = () => {},
): Promise<CommandResult> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env.PATH ?? '', HOME: '/nonexistent', ...LOCAL_ENVIRONMENT, ...environment };
    const child = spawn(process.execPath, ['src/cli/guestlist.ts', ...args], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    onStart(child);
    const chunks = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (chunks.out += String(chunk)));
    child.stderr.on('data', (chunk) => (chunks.err += String(chunk)));
    child.once('error', reject);
    child.once('close', (status) => resolve({ status, ...chunks }));
  });
}

/** Writes a file of the test's own and gives its path. */
export function fileWith(name: string, text: string): string {
  const path = join(ownFolder(), name);
  writeFileSync(path, text);
  return path;
}

/** The JSON lines that a command printed. */
export function jsonLines(out: string): readonly unknown[] {
  return out
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line));
}
