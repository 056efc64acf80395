import { parseArgs } from 'node:util';
import { approveProposal } from '../approve-proposal.ts';
import { readPerson } from '../google/own-login.ts';
import { proposalIdOf } from '../ledger/keys.ts';
import type { ProposalRecord } from '../ledger/records.ts';
import { briefingOf } from '../report/briefing.ts';
import { renderText } from '../report/render-text.ts';
import { type CommandIo, EXIT_FAILED } from './io.ts';
import { confirm, type Desk, withLedger } from './ledger-command.ts';
import { UsageError } from './read-files.ts';

const USAGE = 'usage: guestlist approve PROPOSAL|INCIDENT [--hash HASH] [--yes]';

/** `guestlist approve ID`: applies a proposal after deciding anew, as the person that is logged in. Gives the exit code. */
export function approve(args: readonly string[], io: CommandIo): Promise<number> {
  return withLedger(io, 'changes', async (desk) => {
    const { id, hash, isYes } = readArguments(args);
    const proposal = await desk.pipeline.ledger.proposals.find(id.startsWith('i-') ? proposalIdOf(id) : id);
    if (proposal === null)
      throw new UsageError(
        `${id}: expected the id of a proposal or of its incident, as guestlist proposals lists them`,
      );
    io.out(`${renderText({ report: proposal.report, news: 'opened' })}\n\n${describe(proposal)}\n`);
    if (!(await confirm('Approve this change?', isYes, io))) {
      io.err('Nothing was changed.\n');
      return EXIT_FAILED;
    }
    return carryOut(proposal, hash ?? proposal.hash, desk, io);
  });
}

async function carryOut(proposal: ProposalRecord, hash: string, { pipeline, config }: Desk, io: CommandIo) {
  const person = await readPerson(config);
  if (person === null) {
    io.err('Nothing was changed: the credentials name no person. Run gcloud auth application-default login first.\n');
    return EXIT_FAILED;
  }
  const result = await approveProposal({ proposalId: proposal.id, hash, person }, pipeline);
  if (result.kind === 'refused') {
    io.err(`Nothing was changed: ${result.why}\n`);
    return EXIT_FAILED;
  }
  const { kind } = result.report.outcome;
  io.out(`${briefingOf({ report: result.report, news: 'approved' }).next}\n`);
  return kind === 'applied' || kind === 'already-granted' ? 0 : EXIT_FAILED;
}

function readArguments(args: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { hash: { type: 'string' }, yes: { type: 'boolean' } },
    });
    const [id, ...more] = positionals;
    if (id !== undefined && more.length === 0) return { id, hash: values.hash ?? null, isYes: values.yes ?? false };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : 'wrong usage'}\n${USAGE}`);
  }
  throw new UsageError(USAGE);
}

function describe({ id, hash, state, change, lastsMilliseconds }: ProposalRecord): string {
  const length = lastsMilliseconds === null ? 'for good' : `for ${lastsMilliseconds / 60_000} minutes from then on`;
  return [
    `Proposal ${id} (${state}), hash ${hash}. Approving grants, after everything is looked up and decided again:`,
    `  ${change.role}  ${change.member}  on ${change.project}, ${length}`,
  ].join('\n');
}
