import type { Block } from './document.ts';

/** A line of running text. */
export type LineBlock = Extract<Block, { readonly kind: 'line' | 'item' }>;

/** What stands together in a card: running text or a command under a title of its own or none, or buttons. */
export type Run =
  | { readonly kind: 'text'; readonly title: string | null; readonly lines: readonly LineBlock[] }
  | { readonly kind: 'code'; readonly title: string | null; readonly text: string }
  | Extract<Block, { readonly kind: 'links' }>;

/** Puts neighbouring texts together, and a title with what follows it. A title begins anew, so that remedies stand apart. */
export function runsOf(blocks: readonly Block[]): readonly Run[] {
  const runs: Run[] = [];
  for (const block of blocks) {
    const last = runs.at(-1) ?? null;
    const run = runWith(last, block);
    if (run === null) runs.push(runOf(block));
    else runs.splice(-1, 1, run);
  }
  return runs;
}

// The run before with the block in it, or null where they do not belong together.
function runWith(last: Run | null, block: Block): Run | null {
  if (last?.kind !== 'text') return null;
  if (block.kind === 'line' || block.kind === 'item') return { ...last, lines: [...last.lines, block] };
  const isOnlyTitle = last.lines.length === 0;
  return block.kind === 'code' && isOnlyTitle ? { kind: 'code', title: last.title, text: block.text } : null;
}

function runOf(block: Block): Run {
  switch (block.kind) {
    case 'title':
      return { kind: 'text', title: block.text, lines: [] };
    case 'line':
    case 'item':
      return { kind: 'text', title: null, lines: [block] };
    case 'code':
      return { kind: 'code', title: null, text: block.text };
    case 'links':
      return block;
  }
}
