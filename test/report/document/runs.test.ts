import { describe, expect, it } from 'vitest';
import type { Block } from '../../../src/report/document/document.ts';
import { runsOf } from '../../../src/report/document/runs.ts';

const line = (text: string): Block => ({ kind: 'line', label: null, text });
const title = (text: string): Block => ({ kind: 'title', text });
const code = (text: string): Block => ({ kind: 'code', language: 'shell', text });

describe('what stands together in a card', () => {
  it('is neighbouring text, up to the next title', () => {
    expect(runsOf([line('a'), line('b'), title('T'), line('c')])).toEqual([
      { kind: 'text', title: null, lines: [line('a'), line('b')] },
      { kind: 'text', title: 'T', lines: [line('c')] },
    ]);
  });

  it('is a command and its own title, but not a title with a text between them', () => {
    expect(runsOf([title('T'), code('x'), title('U'), line('a'), code('y'), code('z')])).toEqual([
      { kind: 'code', title: 'T', text: 'x' },
      { kind: 'text', title: 'U', lines: [line('a')] },
      { kind: 'code', title: null, text: 'y' },
      { kind: 'code', title: null, text: 'z' },
    ]);
  });

  it('is buttons by themselves', () => {
    const links: Block = { kind: 'links', links: [{ label: 'Open', url: 'https://example.com/' }] };
    expect(runsOf([line('a'), links, line('b')]).map(({ kind }) => kind)).toEqual(['text', 'links', 'text']);
  });
});
