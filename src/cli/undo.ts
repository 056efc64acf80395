import { parseArgs } from 'node:util';
import { readPerson } from '../google/own-login.ts';
import type { GrantRecord } from '../ledger/records.ts';
import { gcloudUndo } from '../report/remedies/grant-commands.ts';
import { undoGrant } from '../undo-grant.ts';
import { type CommandIo, EXIT_FAILED } from './io.ts';
import { confirm, type Desk, withLedger } from './ledger-command.ts';
import { UsageError } from './read-files.ts';

const USAGE = 'usage: guestlist undo GRANT [--yes]';

/** `guestlist undo ID`: removes exactly the binding of one grant, with the rights of whoever runs it. Gives the exit code. */
export function undo(args: readonly string[], io: CommandIo): Promise<number> {
  return withLedger(io, 'changes', async (desk) => {
    const { id, isYes } = readArguments(args);
    const grant = await desk.pipeline.ledger.grants.find(id);
    if (grant === null) throw new UsageError(`${id}: expected the id of a grant, as guestlist grants lists them`);
    io.out(`${describe(grant)}\n`);
    if (!(await confirm('Take this grant back?', isYes, io))) {
      io.err('Nothing was changed.\n');
      return EXIT_FAILED;
    }
    return carryOut(grant, desk, io);
  });
}

async function carryOut(grant: GrantRecord, { pipeline, config }: Desk, io: CommandIo): Promise<number> {
  const result = await undoGrant(grant, await readPerson(config), pipeline);
  if (result.kind === 'refused') {
    io.err(`Google refused it, nothing was changed: ${result.why}\n`);
    return EXIT_FAILED;
  }
  io.out(result.kind === 'removed' ? 'The binding is removed.\n' : 'The binding was not there any more.\n');
  if (!result.isReported) io.err('Its incident is being worked on, so the next sweep reports it.\n');
  return 0;
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { yes: { type: 'boolean' } },
    });
    const [id, ...more] = positionals;
    if (id !== undefined && more.length === 0) return { id, isYes: values.yes ?? false };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
  throw new UsageError(USAGE);
}

function describe({ id, change, at, state, incidentId }: GrantRecord): string {
  return [
    `Grant ${id} (${state}), made at ${at} for incident ${incidentId}. This removes from the policy of ${change.project}:`,
    `  ${change.role}  ${change.member}${change.condition === null ? '' : `  if ${change.condition.expression}`}`,
    'and nothing else. By hand it would be:',
    ...gcloudUndo(change)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}
