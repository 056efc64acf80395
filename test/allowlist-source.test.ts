import { describe, expect, it } from 'vitest';
import { openAllowlist } from '../src/allowlist-source.ts';
import type { LogEvent } from '../src/event-log.ts';

const GOOD = 'version: 1\norganization: "123456789012"\nmode: apply\n';

function openSource(text: string | null) {
  const events: LogEvent[] = [];
  const file = { text };
  const source = openAllowlist('allowlist.yaml', async () => file.text, { write: (event) => void events.push(event) });
  return { source, file, events };
}

describe('an allowlist that is read while the function runs', () => {
  it.each([
    ['there is none', null, 'allowlist.yaml could not be read'],
    ['it has a fault', `${GOOD}excludes: []\n`, 'unknown key "excludes"'],
  ])('does not start when %s', async (_name, text, message) => {
    await expect(openSource(text).source).rejects.toThrow(message);
  });

  it('follows the file, and says so once for each version', async () => {
    const { source, file, events } = openSource(GOOD);
    const { current } = await source;
    expect((await current()).mode).toBe('apply');
    file.text = GOOD.replace('apply', 'off');
    expect((await current()).mode).toBe('off');
    await current();
    expect(events).toEqual([{ event: 'allowlist-changed', version: expect.any(String), mode: 'off' }]);
  });

  it.each([
    ['a fault', 'version: 2\n'],
    ['no text at all', ''],
    ['a file that is gone', null],
  ])('threat: keeps the last good version at propose for %s, loudly, until it is mended', async (_name, text) => {
    const { source, file, events } = openSource(`${GOOD}rules:\n  - { id: a, effect: forbid, projects: [acme-ml] }\n`);
    const { current, standing } = await source;
    file.text = text;
    expect(await standing()).toEqual({ mode: 'propose', version: 'unusable' });
    expect((await current()).rules).toHaveLength(1);
    await current();
    expect(events.map(({ event }) => event)).toEqual(['allowlist-unusable']);
    file.text = GOOD;
    expect((await current()).mode).toBe('apply');
  });

  it('threat: stays off when it was off, whatever comes', async () => {
    const { source, file } = openSource(GOOD.replace('apply', 'off'));
    file.text = 'mode: apply';
    expect((await (await source).current()).mode).toBe('off');
  });

  it('threat: does not go back to an answer that was overtaken by a newer one', async () => {
    const answers: ((text: string) => void)[] = [];
    let isFirst = true;
    const source = await openAllowlist(
      'allowlist.yaml',
      () => {
        if (!isFirst) return new Promise((resolve) => answers.push(resolve));
        isFirst = false;
        return Promise.resolve(GOOD);
      },
      { write: () => {} },
    );
    const [slow, fast] = [source.current(), source.standing()];
    answers[1]?.(GOOD.replace('apply', 'off'));
    expect((await fast).mode).toBe('off');
    answers[0]?.(GOOD);
    expect((await slow).mode).toBe('off');
    const next = source.current();
    answers[2]?.(GOOD.replace('apply', 'off'));
    expect((await next).mode).toBe('off');
  });
});
