import { compose } from '../../src/compose.ts';
import { readConfig } from '../../src/config.ts';
import type { DocumentStore } from '../../src/ledger/document-store.ts';
import { createMemoryStore } from '../../src/ledger/memory-store.ts';
import { handleMessage } from '../../src/pipeline.ts';
import { NO_TRACING } from '../../src/tracing.ts';
import { openBenchWorld, repeatOf } from './bench-world.ts';
import { inParallel } from './warm.ts';

const PROJECTS = 50;
const CONCURRENCY = 80;

/** What some denials have cost: what can be counted, and CPU time of this machine. */
export interface Cost {
  readonly policyWrites: number;
  /** Calls to Resource Manager, Logging and Pub/Sub together. */
  readonly calls: number;
  readonly documentReads: number;
  readonly documentWrites: number;
  readonly cpuMilliseconds: number;
}

/** Denials of so many incidents in one burst, and the cost of them. */
export interface Burst {
  readonly denials: number;
  readonly incidents: number;
  readonly cost: Cost;
}

/** Days that are computed, by denials: at most so many incidents begin in one, the rest are repeats. */
const DAYS = [1e2, 1e4, 1e6, 1e8] as const;
const DENIALS_PER_INCIDENT = 10;
const MOST_INCIDENTS = 10_000;

/** The busiest minute of a day is so much busier than the day. */
const PEAK = 10;
const BUSY_CORE = 0.6;

/** List prices in US dollars of one region, as of 2025: replace them by those of yours. */
const PRICES = {
  coreSecond: 0.000024,
  gibibyteSecond: 0.0000025,
  request: 0.4 / 1e6,
  documentRead: 0.03 / 1e5,
  documentWrite: 0.09 / 1e5,
  documentDelete: 0.01 / 1e5,
} as const;
const INSTANCE_GIBIBYTES = 0.5;

/** Prints what bursts cost on this machine, and what follows for whole days. */
export async function printGrowth(): Promise<void> {
  const firsts = await sendBurst(1_000, 1_000);
  const bursts = [await sendBurst(100, 10), await sendBurst(1_000, 100), await sendBurst(10_000, 1_000)];
  console.log(`bursts in ${PROJECTS} projects, ${CONCURRENCY} messages at once:\n`);
  const repeats = await sendBurst(10_000, 10);
  console.log(burstTable([...bursts, firsts, repeats]));
  const units = unitCosts(firsts, repeats);
  console.log(
    `\ndays of which at most ${MOST_INCIDENTS} denials begin an incident, at the unit costs of these bursts:\n`,
  );
  console.log(dayTable(units));
}

/** Sends denials to a pipeline of this process; the first denial of each incident ends in a grant. */
export async function sendBurst(denials: number, incidents: number): Promise<Burst> {
  const { environment, cloud } = await openBenchWorld(PROJECTS);
  const { store, counted } = countingStore();
  try {
    const surroundings = { events: { write: () => {} }, print: () => {}, tracing: NO_TRACING, store };
    const pipeline = await compose(readConfig(environment), surroundings);
    const bodies = Array.from({ length: denials }, (_, index) => {
      const incident = index % incidents;
      return repeatOf(`caller-${incident}`, incident % PROJECTS, index);
    });
    const before = process.cpuUsage();
    await inParallel(denials, CONCURRENCY, async (index) => handleMessage(JSON.parse(bodies[index] ?? ''), pipeline));
    const { user, system } = process.cpuUsage(before);
    const cost = {
      policyWrites: cloud.calls.get('SetIamPolicy') ?? 0,
      calls: [...cloud.calls.values()].reduce((sum, count) => sum + count, 0),
      documentReads: counted.reads,
      documentWrites: counted.writes,
      cpuMilliseconds: (user + system) / 1_000,
    };
    return { denials, incidents, cost };
  } finally {
    await cloud.stop();
  }
}

function countingStore() {
  const counted = { reads: 0, writes: 0 };
  const inner = createMemoryStore();
  const store: DocumentStore = {
    ...inner,
    read: (keys, into) => {
      counted.reads += keys.length;
      return inner.read(keys, into);
    },
    commit: (writes) => {
      counted.writes += writes.length;
      return inner.commit(writes);
    },
  };
  return { store, counted };
}

interface UnitCosts {
  /** Of the first denial of an incident, with its grant and its report. */
  readonly first: Cost;
  readonly repeat: Cost;
}

function unitCosts(firsts: Burst, mixed: Burst): UnitCosts {
  const first = mapCost(firsts.cost, (figure) => figure / firsts.denials);
  const repeats = mixed.denials - mixed.incidents;
  const repeat = mapCost(mixed.cost, (figure, name) => Math.max(0, figure - first[name] * mixed.incidents) / repeats);
  // What differs here is chance: how many changes happened to share a write.
  return { first, repeat: { ...repeat, policyWrites: 0 } };
}

function mapCost(cost: Cost, change: (figure: number, name: keyof Cost) => number): Cost {
  const { policyWrites, calls, documentReads, documentWrites, cpuMilliseconds } = cost;
  return {
    policyWrites: change(policyWrites, 'policyWrites'),
    calls: change(calls, 'calls'),
    documentReads: change(documentReads, 'documentReads'),
    documentWrites: change(documentWrites, 'documentWrites'),
    cpuMilliseconds: change(cpuMilliseconds, 'cpuMilliseconds'),
  };
}

function burstTable(bursts: readonly Burst[]): string {
  const rows = bursts.map(({ denials, incidents, cost }) => [
    denials,
    incidents,
    cost.policyWrites,
    cost.calls,
    cost.documentReads,
    cost.documentWrites,
    (cost.cpuMilliseconds / denials).toFixed(2),
  ]);
  const head = ['denials', 'incidents', 'policy writes', 'calls', 'document reads', 'document writes', 'ms CPU each'];
  return table(head, rows);
}

function dayTable({ first, repeat }: UnitCosts): string {
  const rows = DAYS.map((denials) => {
    const incidents = Math.min(denials / DENIALS_PER_INCIDENT, MOST_INCIDENTS);
    const day = mapCost(first, (figure, name) => figure * incidents + repeat[name] * (denials - incidents));
    const coreSeconds = day.cpuMilliseconds / 1_000;
    const instances = Math.max(1, Math.ceil(((coreSeconds / 86_400) * PEAK) / BUSY_CORE));
    return [
      denials.toExponential(0).replace('+', ''),
      (denials / 86_400).toFixed(3),
      instances,
      rounded(day.policyWrites),
      rounded(day.calls),
      rounded(day.documentReads),
      rounded(day.documentWrites),
      dollars(day, denials).toFixed(2),
    ];
  });
  const head = ['denials', 'a second', 'instances at peak', 'policy writes', 'calls', 'reads', 'writes', 'dollars'];
  return table(head, rows);
}

// Each document that was written anew is deleted some day: at most as many as were written.
function dollars({ cpuMilliseconds, documentReads, documentWrites }: Cost, denials: number): number {
  const seconds = cpuMilliseconds / 1_000 / BUSY_CORE;
  return (
    seconds * (PRICES.coreSecond + INSTANCE_GIBIBYTES * PRICES.gibibyteSecond) +
    denials * PRICES.request +
    documentReads * PRICES.documentRead +
    documentWrites * (PRICES.documentWrite + PRICES.documentDelete)
  );
}

function rounded(figure: number): string {
  return String(Number(figure.toPrecision(2)));
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => (line[column] ?? '').length)));
  return lines.map((line) => line.map((cell, column) => cell.padStart(widths[column] ?? 0)).join('  ')).join('\n');
}
