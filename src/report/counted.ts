/** A number with what it counts, in the singular or the plural: "1 grant", "2 grants". */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
