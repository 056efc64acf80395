import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Measured } from './bench.ts';

const MOST_FILES = 2;
const DIST = join(import.meta.dirname, '..', '..', 'dist');

/** What is uploaded: its size in megabytes, unpacked. */
export async function artefactSize(): Promise<Measured> {
  const files = readdirSync(DIST);
  const bytes = files.reduce((sum, file) => sum + statSync(join(DIST, file)).size, 0);
  return {
    rounds: [bytes / 1e6],
    notes: [`${files.length} files: ${files.join(', ')}`],
    broken: files.length > MOST_FILES ? [`more than ${MOST_FILES} files`] : [],
  };
}
