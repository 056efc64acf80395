import type { Allowlist } from '../decision/allowlist.ts';
import type { Denial, ErrorInfo } from '../denial/denial.ts';
import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { createInterned } from './interned.ts';

const ASKABLE = ['service', 'method', 'resource', 'location', 'model', 'callerIp'] as const;

/** Which facts of a denial conditions ask for beyond what tells incidents apart, in one order. */
export type AskedFacts = readonly (typeof ASKABLE)[number][];

/** What allowlists ask for. */
export function askedFacts(allowlists: readonly Pick<Allowlist, 'rules'>[]): AskedFacts {
  const conditions = allowlists.flatMap(({ rules }) => rules.flatMap(({ when }) => when ?? []));
  return ASKABLE.filter((fact) => conditions.some(({ asks }) => asks.has(fact)));
}

/** Makes denials that stand for all of their case. */
export interface StandIns {
  /** `settled` is what the entry alone proves, or null. */
  for(denial: Denial, settled: Diagnosis | null): Denial;
}

const NO_METADATA: ReadonlyMap<string, string> = new Map();

/**
 * A stand-in is decided as each denial of its case is, and is small, for a history may have many cases: what names the
 * single entry is emptied, where the entry alone did not say why what it said about that is too, and what many have in
 * common they share.
 */
export function createStandIns(asked: AskedFacts): StandIns {
  const text = sharing<string>();
  const project = sharing<Denial['logProject']>();
  const permissions = sharing<Denial['permissions']>();
  const scope = sharing<Denial['scope']>();
  const scopes = sharing<Denial['refusedOn']>();
  const status = sharing<Denial['status']>();
  const errors = sharing<Denial['errors']>();
  return {
    for: (denial, settled) => ({
      entryId: '',
      insertId: '',
      logName: '',
      logProject: project(denial.logProject),
      origin: denial.origin,
      at: '',
      service: text(denial.service),
      method: text(denial.method),
      permissions: permissions(denial.permissions),
      permissionSource: denial.permissionSource,
      ...whatConditionsSee(denial, asked),
      scope: scope(denial.scope),
      refusedOn: scopes(denial.refusedOn),
      principal: denial.principal,
      delegation: [],
      serviceAccountKey: null,
      originalPrincipal: null,
      status: settled === null ? status({ code: denial.status.code, message: '' }) : denial.status,
      errors: settled === null ? errors(denial.errors.map(withoutWords)) : denial.errors,
      preconditions: settled === null ? [] : denial.preconditions,
      perimeter: denial.perimeter,
      policyViolations: denial.policyViolations,
      dryRun: denial.dryRun,
      troubleshooterLink: null,
      errorInfoId: null,
      isOperationEnd: denial.isOperationEnd,
    }),
  };
}

const NOTHING_ASKED = { resource: '', location: null, model: null, callerIp: null } as const;

function whatConditionsSee(denial: Denial, asked: AskedFacts): Pick<Denial, keyof typeof NOTHING_ASKED> {
  return { ...NOTHING_ASKED, ...Object.fromEntries(asked.map((fact) => [fact, denial[fact]])) };
}

function withoutWords({ reason }: ErrorInfo): ErrorInfo {
  return { reason, domain: '', metadata: NO_METADATA };
}

function sharing<T>(): (part: T) => T {
  const shared = createInterned<T>();
  return (part) => shared.of(JSON.stringify(part), () => part).value;
}
