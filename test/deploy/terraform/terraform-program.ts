import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What a run of Terraform came to. */
export interface TerraformRun {
  readonly status: number;
  readonly output: string;
}

/** Whether Terraform is installed; where it is not, tests are skipped with the reason, and with `CI=true` they fail. */
export function hasTerraform(): boolean {
  if (spawnSync('terraform', ['version']).status === 0) return true;
  if (process.env.CI === 'true') throw new Error('CI=true, and terraform is not installed');
  console.warn('skipped: terraform is not installed');
  return false;
}

/** A copy of a module's folder to run Terraform in. */
export interface Workspace {
  readonly folder: string;
  /** Runs Terraform there, with these variables in its environment. */
  run(args: readonly string[]): Promise<TerraformRun>;
  remove(): void;
}

/** Copies a folder with what `prepare` changes about it, and makes it ready without a network. */
export async function openWorkspace(
  source: string,
  environment: Readonly<Record<string, string>>,
  prepare: (folder: string) => void = () => {},
): Promise<Workspace> {
  const folder = mkdtempSync(join(tmpdir(), 'guestlist-terraform-'));
  cpSync(source, folder, { recursive: true, filter: (path) => !/[/\\]\.terraform(?:[/\\]|$)/.test(path) });
  writeFileSync(join(folder, 'cli.tfrc'), '');
  prepare(folder);
  const run = (args: readonly string[]) => runTerraform(args, folder, environment);
  const made = await run(['init', '-backend=false', '-input=false', '-no-color']);
  if (made.status !== 0) throw new Error(`terraform init failed:\n${made.output}`);
  return { folder, run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

function runTerraform(
  args: readonly string[],
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<TerraformRun> {
  const quiet = { CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1', TF_CLI_CONFIG_FILE: join(folder, 'cli.tfrc') };
  const child = spawn('terraform', args, {
    cwd: folder,
    env: { PATH: process.env.PATH ?? '', HOME: folder, ...quiet, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status) => resolve({ status: status ?? 1, output }));
  });
}
