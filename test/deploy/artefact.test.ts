import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildArtefact } from '../../deploy/build/build.ts';
import { CACHE_FOLDER } from '../../deploy/build/rehearsal.ts';
import { asServiceAccount, deniedCall } from '../../src/local/demo/demo-entries.ts';
import { startFunction } from '../../src/local/function-process.ts';
import { gist, membersOf, openStage, push, reportsIn } from '../end-to-end/stage.ts';
import { ownFolder } from '../own-folder.ts';

const FRAMEWORK = '@google-cloud/functions-framework';

describe('what is deployed', () => {
  const folder = ownFolder();
  const code = () => readFileSync(join(folder, 'index.cjs'), 'utf8');
  beforeAll(() => buildArtefact(folder).then(() => {}), 60_000);

  it('is two files of at most 8 MB', () => {
    const files = readdirSync(folder);
    expect(files.toSorted()).toEqual(['index.cjs', 'package.json']);
    expect(files.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0)).toBeLessThan(8_000_000);
  });

  it('is the same for the same sources, and names no folder of the machine that built it', async () => {
    const again = ownFolder();
    await buildArtefact(again);
    expect(readFileSync(join(again, 'index.cjs'), 'utf8')).toBe(code());
    expect(code()).not.toContain(process.cwd());
  }, 60_000);

  it('depends on the functions framework alone, at the version that is tested', () => {
    const own = JSON.parse(readFileSync('package.json', 'utf8'));
    const { main, dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    expect({ main, dependencies }).toEqual({
      main: 'index.cjs',
      dependencies: { [FRAMEWORK]: own.dependencies[FRAMEWORK] },
    });
  });

  it('starts from a clean folder with its production dependencies only, and grants', async () => {
    const install = ['install', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe' });
    expect(readdirSync(join(folder, 'node_modules', '@google-cloud'))).toEqual(['functions-framework']);
    const stage = await openStage({ instances: 0 });
    // As the buildpack does, which leaves a compile cache in the image.
    execFileSync('npm', ['run', 'gcp-build'], { cwd: folder, stdio: 'pipe' });
    const cache = join(folder, CACHE_FOLDER);
    const compiled = readdirSync(cache, { recursive: true }).length;
    expect(compiled).toBeGreaterThan(100);
    const instance = await startFunction({ ...stage.environment, NODE_COMPILE_CACHE: cache }, folder);
    try {
      const caller = asServiceAccount('bot@acme-ml.iam.gserviceaccount.com');
      const entry = deniedCall({ insertId: 'clean', project: 'acme-ml', caller });
      expect(await push(instance.port, JSON.stringify(entry))).toBe(204);
      expect(membersOf(stage.cloud, 'acme-ml')).toContain('serviceAccount:bot@acme-ml.iam.gserviceaccount.com');
      expect(reportsIn(stage.cloud).map(gist)).toEqual(['missing-role apply applied']);
    } finally {
      await instance.stop();
      await stage.stop();
    }
  }, 120_000);
});
