import { existsSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSavedHistory } from '../../../src/cli/history/saved-history.ts';
import { ownFolder } from '../../own-folder.ts';

const POSITION = {
  organization: '123456789012',
  since: '30d',
  filter: '',
  from: '',
  until: '',
  groups: [],
  allGroups: 0,
  reachedAt: null,
  refused: [],
};

function saved(): string {
  const file = join(ownFolder(), 'history.jsonl');
  openSavedHistory(file).add([{ a: 1 }, { b: 2 }], POSITION);
  return file;
}

describe('a saved history that is gone on with', () => {
  it('is not taken for whole when its file is gone or shorter', () => {
    const gone = saved();
    rmSync(gone);
    expect(() => openSavedHistory(gone)).toThrow(/expected the 16 bytes .* is not there/);
    expect(existsSync(gone)).toBe(false);

    const short = saved();
    truncateSync(short, 8);
    expect(() => openSavedHistory(short)).toThrow(/is shorter/);
    expect(readFileSync(short, 'utf8')).toBe('{"a":1}\n');
  });
});
