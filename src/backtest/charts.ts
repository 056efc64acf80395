const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const HEIGHTS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** A bar of at most `width` characters for a share of the largest value; something is never shown as nothing. */
export function bar(value: number, largest: number, width: number): string {
  if (value <= 0 || largest <= 0) return '';
  const eighths = Math.max(1, Math.round((value / largest) * width * 8));
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8] ?? ''}`;
}

/** One character for each value, as high as its share of the largest; a space stands for nothing at all. */
export function sparkline(values: readonly number[]): string {
  const largest = Math.max(...values, 1);
  return values.map((value) => (value <= 0 ? ' ' : (HEIGHTS[heightOf(value, largest)] ?? ' '))).join('');
}

/** Values put together so that there are at most `most`, each the sum of as many neighbours. */
export function gathered(values: readonly number[], most: number): readonly number[] {
  const together = Math.ceil(values.length / most);
  if (together <= 1) return values;
  return Array.from({ length: Math.ceil(values.length / together) }, (_, index) =>
    values.slice(index * together, (index + 1) * together).reduce((sum, value) => sum + value, 0),
  );
}

/** A count as people read it: `12,345`. */
export function count(number: number): string {
  return number.toLocaleString('en-US');
}

/** A count with what is counted: `1 project`, `12 projects`. */
export function counted(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

function heightOf(value: number, largest: number): number {
  return Math.min(HEIGHTS.length - 1, Math.floor((value / largest) * HEIGHTS.length));
}
