import { setTimeout as sleep } from 'node:timers/promises';
import { between } from '../../google/denial-filter.ts';
import type { Endpoint } from '../../google/endpoint.ts';
import {
  type LogEntry,
  type LogPage,
  type LogQuery,
  MOST_RESOURCES,
  type ReadLogPage,
} from '../../google/log-history.ts';
import type { ListChildren } from '../../google/project-list.ts';
import { patiently } from '../patiently.ts';
import { listProjects } from './list-projects.ts';
import type { HistoryPosition } from './saved-history.ts';

/** What reading an organization's history needs, and tells. */
export interface OrganizationPorts {
  readonly listChildren: ListChildren;
  readonly readPage: ReadLogPage;
  /** Waits between requests: 60 reads a minute are allowed (logging/quotas). */
  readonly pace: () => Promise<void>;
  /** Told of entries, and how far that is. */
  readonly onPage: (entries: readonly LogEntry[], position: HistoryPosition) => void;
  readonly isStopped: () => boolean;
}

/** What is asked for. Times are RFC 3339. */
export interface HistoryQuestion {
  readonly organization: string;
  readonly since: string;
  readonly filter: string;
  readonly from: string;
  readonly until: string;
}

/** A pace within the quota of reads; a stand-in has none. */
export function paceFor(endpoint: Endpoint): () => Promise<void> {
  return endpoint.kind === 'local' ? async () => {} : () => sleep(1_000);
}

/** Finds the projects to read, in groups of as many as one request may name. */
export async function startPosition(question: HistoryQuestion, list: ListChildren): Promise<HistoryPosition> {
  const { projects, refused } = await listProjects(question.organization, list);
  const groups = Array.from({ length: Math.ceil(projects.length / MOST_RESOURCES) }, (_, index) =>
    projects.slice(index * MOST_RESOURCES, (index + 1) * MOST_RESOURCES),
  );
  return { ...question, groups, allGroups: groups.length, reachedAt: null, refused };
}

/** Reads on from a position until all is read or it is stopped. Gives how far it got. */
export async function readOrganization(start: HistoryPosition, ports: OrganizationPorts): Promise<HistoryPosition> {
  let position = start;
  while (position.groups.length > 0 && !ports.isStopped()) position = await readGroup(position, ports);
  return position;
}

/** How much of a history was read, from 0 to 1. */
export function shareOf({ from, until, groups, allGroups, reachedAt }: HistoryPosition): number {
  if (groups.length === 0) return 1;
  const [start, end] = [Date.parse(from), Date.parse(until)];
  const inGroup = reachedAt === null ? 0 : (Date.parse(reachedAt) - start) / Math.max(end - start, 1);
  return Math.max(0, allGroups - groups.length + inGroup) / Math.max(allGroups, groups.length);
}

async function readGroup(start: HistoryPosition, ports: OrganizationPorts): Promise<HistoryPosition> {
  const [group = [], ...later] = start.groups;
  const filter = between(start.filter, start.reachedAt ?? start.from, start.until);
  let position = start;
  for (let pageToken: string | null = null; !ports.isStopped(); ) {
    const query: LogQuery = { resources: group, filter, pageToken };
    const page: LogPage = await patiently('the log', () => ports.readPage(query));
    if (page.kind === 'refused') return withoutRefused(position, ports);
    pageToken = page.nextPageToken;
    position =
      pageToken === null
        ? { ...position, groups: later, reachedAt: null }
        : { ...position, reachedAt: timeOf(page.entries.at(-1)) ?? position.reachedAt };
    ports.onPage(page.entries, position);
    await ports.pace();
    if (pageToken === null) return position;
  }
  return position;
}

// One project that may not be read makes the whole request fail: halves are asked for until it is found.
function withoutRefused(position: HistoryPosition, { onPage }: OrganizationPorts): HistoryPosition {
  const [group = [], ...later] = position.groups;
  const half = Math.ceil(group.length / 2);
  const next =
    group.length === 1
      ? { ...position, groups: later, reachedAt: null, refused: [...position.refused, ...group] }
      : {
          ...position,
          groups: [group.slice(0, half), group.slice(half), ...later],
          allGroups: position.allGroups + 1,
        };
  onPage([], next);
  return next;
}

function timeOf(entry: LogEntry | undefined): string | null {
  return typeof entry?.timestamp === 'string' ? entry.timestamp : null;
}
