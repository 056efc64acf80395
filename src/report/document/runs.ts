import type { Block } from './document.ts';

/** A line of running text. */
export type LineBlock = Extract<Block, { readonly kind: 'line' | 'item' }>;

/** What one widget of a card shows: running text under a title of its own or none, a command, or buttons. */
export type Run =
  | { readonly kind: 'text'; readonly title: string | null; readonly lines: readonly LineBlock[] }
  | Extract<Block, { readonly kind: 'code' | 'links' }>;

/** Puts neighbouring texts together. A title begins anew, so that remedies stand apart. */
export function runsOf(blocks: readonly Block[]): readonly Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (block.kind === 'code' || block.kind === 'links') runs.push(block);
    else if (block.kind === 'title') runs.push({ kind: 'text', title: block.text, lines: [] });
    else if (last?.kind === 'text') runs.splice(-1, 1, { ...last, lines: [...last.lines, block] });
    else runs.push({ kind: 'text', title: null, lines: [block] });
  }
  return runs;
}
