import type { Block } from './document.ts';

/** Text that shares one widget of a card. */
export type TextBlock = Exclude<Block, { readonly kind: 'code' | 'links' }>;

/** What one widget of a card shows: running text, a command, or buttons. */
export type Run =
  | { readonly kind: 'text'; readonly blocks: readonly TextBlock[] }
  | Extract<Block, { readonly kind: 'code' | 'links' }>;

/** Puts neighbouring texts together. A title begins anew, so that remedies stand apart. */
export function runsOf(blocks: readonly Block[]): readonly Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const last = runs.at(-1);
    if (block.kind === 'code' || block.kind === 'links') runs.push(block);
    else if (last?.kind !== 'text' || block.kind === 'title') runs.push({ kind: 'text', blocks: [block] });
    else runs.splice(-1, 1, { kind: 'text', blocks: [...last.blocks, block] });
  }
  return runs;
}

/** A text with its label as one plain line. */
export function plainLineOf(block: TextBlock): string {
  switch (block.kind) {
    case 'line':
      return block.label === null ? block.text : `${block.label}: ${block.text}`;
    case 'item':
      return `• ${block.label}, ${block.text}`;
    case 'title':
      return `▸ ${block.text}`;
  }
}
