/** A column of a table: its heading, and whether its values are numbers. */
export interface Column {
  readonly heading: string;
  readonly align: 'left' | 'right';
}

/** A table as lines: a heading and one line a row, indented, columns as wide as they need. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[]): readonly string[] {
  const lines = [columns.map(({ heading }) => heading), ...rows];
  const widths = columns.map((_, place) => Math.max(...lines.map((line) => (line[place] ?? '').length)));
  return lines.map((line) => {
    const cells = columns.map(({ align }, place) => {
      const [text, width] = [line[place] ?? '', widths[place] ?? 0];
      return align === 'left' ? text.padEnd(width) : text.padStart(width);
    });
    return `  ${cells.join('  ')}`.trimEnd();
  });
}
