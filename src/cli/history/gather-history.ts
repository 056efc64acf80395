import { denialFilter, USUAL_REFUSALS } from '../../google/denial-filter.ts';
import { createLogReader } from '../../google/log-history.ts';
import { createChildLister } from '../../google/project-list.ts';
import { createResourceManagerClients } from '../../google/resource-manager-clients.ts';
import type { Identity } from '../../iam/identity.ts';
import type { Bench } from '../backtest-bench.ts';
import type { HistorySource } from '../backtest-options.ts';
import { type Interrupt, watchForInterrupt } from '../interrupt.ts';
import type { CommandIo } from '../io.ts';
import { endpointsFrom } from '../live-evidence.ts';
import { UsageError } from '../read-files.ts';
import type { HistorySink } from './history-sink.ts';
import { readFilesInto } from './read-files-into.ts';
import { type HistoryQuestion, paceFor, readOrganization, shareOf, startPosition } from './read-organization.ts';
import { type HistoryPosition, openSavedHistory, type SavedHistory } from './saved-history.ts';
import { createEntrySink } from './take-entries.ts';

/** What gathering goes on with. */
interface Gathering {
  readonly bench: Bench;
  readonly io: CommandIo;
  readonly interrupt: Interrupt;
  readonly sinkFor: (name: string) => HistorySink;
  readonly entries: () => number;
}

/** Reads a history into the bench; false when it was interrupted. What came before counts. */
export async function gatherHistory(
  source: HistorySource,
  bench: Bench,
  identity: Identity,
  io: CommandIo,
): Promise<boolean> {
  const interrupt = watchForInterrupt(io);
  let entries = 0;
  const sinkFor = (name: string) =>
    createEntrySink({
      ...bench,
      onEntry: () => {
        entries += 1;
      },
      onUnreadable: (reason, line) => bench.unreadable.note(`${name}:${line}`, reason),
    });
  const gathering = { bench, io, interrupt, sinkFor, entries: () => entries };
  switch (source.kind) {
    case 'files':
      await readNamed(source.names, gathering, interrupt.isAsked);
      break;
    case 'organization':
      await readLogs(source, identity, gathering);
      break;
  }
  bench.progress.end();
  interrupt.end();
  return !interrupt.isAsked();
}

function readNamed(names: readonly string[], gathering: Gathering, isStopped: () => boolean): Promise<void> {
  const { bench, io, sinkFor, entries } = gathering;
  const onBytes = (read: number, all: number | null) =>
    bench.progress.show(entries(), all === null ? null : read / all);
  return readFilesInto(names, io, { sinkFor, onBytes, isStopped });
}

type Organization = Extract<HistorySource, { readonly kind: 'organization' }>;

// With a file the entries go there first, and from there to the bench: so a file that is there already counts as well.
async function readLogs(source: Organization, identity: Identity, gathering: Gathering): Promise<void> {
  const question = questionOf(source, identity, gathering.bench.now);
  if (source.resume === null) {
    const sink = gathering.sinkFor(`organizations/${source.organization}`);
    let line = 0;
    await fetchLogs(question, null, gathering, (entries) => {
      for (const entry of entries) {
        line += 1;
        sink.value(entry, line);
      }
    });
    return;
  }
  const saved = openSavedHistory(source.resume);
  await fetchLogs(question, saved, gathering, (entries, position) => saved.add(entries, position));
  await readNamed([source.resume], gathering, () => false);
}

function questionOf(
  { organization, since, sinceMilliseconds }: Organization,
  identity: Identity,
  now: string,
): HistoryQuestion {
  const ownAccount = identity.kind === 'account' ? identity.email : null;
  return {
    organization,
    since,
    filter: denialFilter({ refusals: USUAL_REFUSALS, ownAccount }),
    from: new Date(Date.parse(now) - sinceMilliseconds).toISOString(),
    until: now,
  };
}

async function fetchLogs(
  question: HistoryQuestion,
  saved: SavedHistory | null,
  { bench, io, interrupt, entries }: Gathering,
  take: (entries: readonly object[], position: HistoryPosition) => void,
): Promise<void> {
  const endpoints = endpointsFrom(process.env);
  const listChildren = createChildLister(createResourceManagerClients(endpoints.resourceManager));
  bench.progress.say('listing projects');
  const start = goingOn(saved, question) ?? (await startPosition(question, listChildren));
  take([], start);
  let fetched = 0;
  const end = await readOrganization(start, {
    listChildren,
    readPage: createLogReader(endpoints.logging),
    pace: paceFor(endpoints.logging),
    isStopped: interrupt.isAsked,
    onPage: (page, position) => {
      take(page, position);
      fetched += page.length;
      bench.progress.show(Math.max(fetched, entries()), shareOf(position));
    },
  });
  bench.progress.end();
  for (const name of end.refused) bench.unreadable.note(name, 'its logs or what is below it may not be read');
  if (end.groups.length > 0 && saved !== null) io.err('Interrupted. The same command goes on from here.\n');
}

function goingOn(saved: SavedHistory | null, question: HistoryQuestion): HistoryPosition | null {
  const position = saved?.position ?? null;
  if (position === null) return null;
  for (const name of ['organization', 'since', 'filter'] as const) {
    if (position[name] !== question[name])
      throw new UsageError(`--resume: the file was begun with another ${name}: ${JSON.stringify(position[name])}`);
  }
  return position;
}
