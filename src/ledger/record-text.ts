const FORM = 1;

/** A record as text for a store that keeps texts. Maps survive; the form is named, so that a later one is told apart. */
export function recordToText(record: unknown): string {
  return JSON.stringify({ form: FORM, record }, (_key, value: unknown) =>
    value instanceof Map ? { $map: [...value] } : value,
  );
}

/** Reads what `recordToText` wrote. Throws for a text of another form: an older Guestlist must not misread a newer one. */
export function recordFromText<R>(text: string): R {
  const { form, record }: { readonly form: unknown; readonly record: R } = JSON.parse(text, (_key, value) =>
    isMapText(value) ? new Map(value.$map) : value,
  );
  if (form === FORM) return record;
  throw new Error(
    `a record of the ledger has form ${JSON.stringify(form)}, expected ${FORM}: deploy a newer Guestlist`,
  );
}

function isMapText(value: unknown): value is { readonly $map: readonly (readonly [unknown, unknown])[] } {
  return typeof value === 'object' && value !== null && '$map' in value && Array.isArray(value.$map);
}
