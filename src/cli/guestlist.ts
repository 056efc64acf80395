#!/usr/bin/env node
import { explain } from './explain.ts';
import { type CommandIo, EXIT_USAGE, processIo } from './io.ts';

const USAGE = `guestlist: repairs Vertex AI access from the audit log

  guestlist explain [FILE…] [--allowlist FILE] [--world FILE] [--identity EMAIL] [--now TIME]
                    [--format text|markdown|slack|chat|teams|html|json | --json]
      Says of each audit entry why the call was refused and what to do. Reads files or standard input; writes nothing
      to Google.
  guestlist backtest --allowlist FILE [FILE…] [--world FILE | --live] [--json] [--html FILE]
      Says what an allowlist would have done with a history of denials: from files, standard input, or Cloud Logging
      (--organization NUMBER --since 30d [--resume FILE]). Reads only.
  guestlist backtest --compare OLD NEW [FILE…] [--allow-more]
      Says what a changed allowlist changes; exit 3 when it grants more.
  guestlist allowlist check FILE [--strict]
      Tells every fault of an allowlist, and rules that can never match, are shadowed or are wide.
  guestlist allowlist test DIR
      Decides the cases beside DIR/allowlist.yaml and compares: DIR/CASE/{entry.json, expect.json, world.json}.
  guestlist grants [--all] [--project ID] [--json]
      Lists the grants in force. This and the next three work on the function's ledger, with its environment.
  guestlist undo GRANT [--yes]
      Removes exactly the binding of one grant.
  guestlist proposals [--all] [--project ID] [--json]
      Lists the changes that wait for a person.
  guestlist approve PROPOSAL|INCIDENT [--hash HASH] [--yes]
      Applies a proposal, after everything is looked up and decided again.
  guestlist doctor [--sink SINK] [--subscription SUBSCRIPTION] [--send-test] [--json]
      Checks an installation end to end, each line with its fix; can send a test denial through it.
  guestlist demo [--open [--port PORT]]
      Runs the function against a Google Cloud in this process and tells what happens. With --open it stays, with the
      console on a loopback port.
  guestlist help
`;

async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const [command = 'help', ...rest] = args;
  switch (command) {
    case 'explain':
      return explain(rest, io);
    case 'backtest':
      return (await import('./backtest.ts')).backtest(rest, io);
    case 'allowlist': {
      const { allowlistCommand } = await import('./allowlist.ts');
      return allowlistCommand(rest, io);
    }
    case 'grants':
      return (await import('./grants.ts')).grants(rest, io);
    case 'proposals':
      return (await import('./grants.ts')).proposals(rest, io);
    case 'undo':
      return (await import('./undo.ts')).undo(rest, io);
    case 'approve':
      return (await import('./approve.ts')).approve(rest, io);
    case 'doctor':
      return (await import('./doctor.ts')).doctor(rest, io);
    case 'demo': {
      const { demo } = await import('./demo.ts');
      return demo(rest, io);
    }
    case 'help':
    case '--help':
    case '-h':
      io.out(USAGE);
      return 0;
    default:
      io.err(`guestlist: expected a command, got ${JSON.stringify(command)}\n\n${USAGE}`);
      return EXIT_USAGE;
  }
}

process.exitCode = await run(process.argv.slice(2), processIo());
