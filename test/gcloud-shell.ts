import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A real bash with a real gcloud that talks to loopback only: no credentials, no prompts, a configuration of its own. */
export interface GcloudShell {
  /** The working directory of the commands. */
  readonly folder: string;
  run(command: string): Promise<ShellResult>;
  close(): void;
}

/** What a command came to. */
export interface ShellResult {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Whether gcloud is installed. Where it is not, tests are skipped, with the reason; with `CI=true` they fail. */
export function hasGcloud(): boolean {
  const folders = (process.env.PATH ?? '').split(delimiter);
  if (folders.some((folder) => existsSync(join(folder, 'gcloud')))) return true;
  if (process.env.CI === 'true') throw new Error('CI=true, and gcloud is not installed');
  console.warn('skipped: gcloud is not installed');
  return false;
}

/** Opens a shell. `endpoints` are URLs by the name that gcloud has for an API (`cloudresourcemanager`). */
export function openGcloudShell(endpoints: Readonly<Record<string, string>>): GcloudShell {
  const folder = mkdtempSync(join(tmpdir(), 'guestlist-gcloud-'));
  const overrides = Object.entries(endpoints).map(([api, url]) => [
    `CLOUDSDK_API_ENDPOINT_OVERRIDES_${api.toUpperCase()}`,
    url,
  ]);
  const env = {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    CLOUDSDK_CONFIG: join(folder, 'config'),
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: 'true',
    CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    CLOUDSDK_CORE_DISABLE_USAGE_REPORTING: 'true',
    CLOUDSDK_CORE_DISABLE_FILE_LOGGING: 'true',
    CLOUDSDK_CORE_CHECK_GCE_METADATA: 'false',
    CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK: 'true',
    ...Object.fromEntries(overrides),
  };
  return {
    folder,
    // Not synchronous: the servers that gcloud talks to run in this process.
    run: (command) =>
      new Promise((resolve) => {
        execFile('bash', ['-c', command], { env, cwd: folder }, (error, out, err) => {
          const code = error === null ? 0 : error.code;
          resolve({ status: typeof code === 'number' ? code : -1, out, err });
        });
      }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
