import { parseArgs } from 'node:util';
import type { GrantRecord, ProposalRecord } from '../ledger/records.ts';
import { shortLine } from '../report/quote-shell.ts';
import type { CommandIo } from './io.ts';
import { withLedger } from './ledger-command.ts';
import { UsageError } from './read-files.ts';

const USAGE = 'usage: guestlist grants|proposals [--all] [--project ID] [--json]';

/** How many records a list looks at; the newest come first. */
const MOST = 1_000;

/** `guestlist grants`: the grants in force, or with `--all` every one on record. Gives the exit code. */
export function grants(args: readonly string[], io: CommandIo): Promise<number> {
  return withLedger(io, 'looks', async ({ pipeline }) => {
    const options = readOptions(args);
    const found = await pipeline.ledger.grants.list({ by: 'newest', from: 0, until: pipeline.now(), limit: MOST });
    const isShown = ({ state }: GrantRecord) => options.isAll || state === 'active' || state === 'did-not-help';
    return printList(found.filter(isShown), options, lineOfGrant, io);
  });
}

/** `guestlist proposals`: the changes that wait for a person. Gives the exit code. */
export function proposals(args: readonly string[], io: CommandIo): Promise<number> {
  return withLedger(io, 'looks', async ({ pipeline }) => {
    const options = readOptions(args);
    const found = await pipeline.ledger.proposals.list({ by: 'newest', from: 0, until: pipeline.now(), limit: MOST });
    return printList(
      found.filter(({ state }) => options.isAll || state === 'open'),
      options,
      lineOfProposal,
      io,
    );
  });
}

interface ListOptions {
  readonly isAll: boolean;
  readonly isJson: boolean;
  readonly project: string | null;
}

function readOptions(args: readonly string[]): ListOptions {
  const flag = { type: 'boolean' } as const;
  try {
    const options = { all: flag, json: flag, project: { type: 'string' } } as const;
    const { values } = parseArgs({ args: [...args], options });
    return { isAll: values.all ?? false, isJson: values.json ?? false, project: values.project ?? null };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
}

function printList<R extends GrantRecord | ProposalRecord>(
  records: readonly R[],
  { project, isJson }: ListOptions,
  lineOf: (record: R) => string,
  io: CommandIo,
): number {
  const shown = records.filter(({ change }) => project === null || change.project === project);
  for (const record of shown) io.out(`${isJson ? JSON.stringify(withoutReport(record)) : lineOf(record)}\n`);
  if (!isJson) io.err(`${shown.length} shown${records.length >= MOST ? `, of the newest ${MOST}` : ''}\n`);
  return 0;
}

function lineOfGrant({ id, change, at, ruleId, approvedBy, state, stateAt }: GrantRecord): string {
  const by = approvedBy === null ? `rule ${ruleId}` : `approved by ${approvedBy}`;
  const end = change.expiresAt === null ? '' : `, until ${change.expiresAt}`;
  return `${id}  ${state}${state === 'active' ? '' : ` since ${stateAt}`}  ${shortLine(change.member, 300)}  ${change.role}  on ${change.project}  since ${at}${end}  (${by})`;
}

function lineOfProposal({ id, state, change, at, incidentId }: ProposalRecord): string {
  return `${id}  ${state}  ${shortLine(change.member, 300)}  ${change.role}  on ${change.project}  since ${at}  (incident ${incidentId})`;
}

// A record as scripts want it: what is named, not the whole report, nor the entry behind it.
function withoutReport(record: GrantRecord | ProposalRecord): object {
  const { report, ...rest } = record;
  const { denial: _denial, ...facts } = 'denial' in rest ? rest : { ...rest, denial: null };
  return { ...facts, reportId: report.id };
}
