import { notBy } from '../../../src/google/denial-filter.ts';
import { at, keysAt } from '../at.ts';
import type { Configuration } from '../configuration.ts';

/** What the identity of an installation is called in these tests. */
export const RUN_ACCOUNT = 'guestlist-run@acme-guestlist.iam.gserviceaccount.com';

/** And what the account of its console is called. */
export const CONSOLE_ACCOUNT = 'guestlist-console@acme-guestlist.iam.gserviceaccount.com';

/** Puts values in the place of expressions, each named as it stands in the file; one without a value is a fault. */
export function renderTemplate(template: string, values: Readonly<Record<string, string>>): string {
  const text = template.replaceAll(/\$\{([^}]*)\}/g, (expression, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for ${expression}`);
    return value;
  });
  return text.trim();
}

/** The filter of the sink, as Terraform renders it when `kinds` are reported besides status 7, for these own accounts. */
export function renderSinkFilter(
  { locals }: Configuration,
  kinds: readonly string[],
  own: readonly string[] = [RUN_ACCOUNT],
): string {
  const wanted = keysAt(locals, 'refusals')
    .filter((kind) => kind === 'denied' || kinds.includes(kind))
    .map((kind) => `(${at(locals, 'refusals', kind)})`);
  return renderTemplate(String(locals.sink_filter), {
    'join(" OR ", local.wanted_refusals)': wanted.join(' OR '),
    'local.not_by_own_accounts': own.map(notBy).join('\nAND '),
  });
}

/** The filter of own writes, as Terraform renders it for these own accounts. */
export function renderOwnWritesFilter({ locals }: Configuration, own: readonly string[] = [RUN_ACCOUNT]): string {
  const by = own.map((email) => `protoPayload.authenticationInfo.principalEmail="${email}"`);
  return renderTemplate(String(locals.own_writes_filter), { 'local.by_own_accounts': by.join(' OR ') });
}
