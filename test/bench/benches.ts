import { artefactSize } from './artefact.ts';
import type { Bench } from './bench.ts';
import { coldGrant, coldIdle } from './cold-start.ts';
import { callsPerGrant, writesPerBurst } from './grants.ts';
import { warmRepeats } from './warm.ts';

/** All that is measured. Limits rest on CPU time as a ratio within one run, and on what can be counted. */
export const BENCHES: readonly Bench[] = [
  {
    name: 'cold-idle',
    about: 'start to first event without a Google client, CPU time against the bare functions framework',
    limit: { kind: 'at-most', value: 1.15 },
    measure: coldIdle,
  },
  {
    name: 'cold-grant',
    about: 'start to first applied grant, CPU time against the bare functions framework',
    limit: { kind: 'at-most', value: 3 },
    measure: coldGrant,
  },
  {
    name: 'warm-repeats',
    about: 'repeats of one incident, events per CPU second against those of a function that does nothing',
    limit: { kind: 'at-least', value: 0.85 },
    measure: warmRepeats,
  },
  {
    name: 'grant-calls',
    about: 'calls to Google per applied grant, 1,000 grants in 50 projects at concurrency 80',
    limit: { kind: 'at-most', value: 2.2 },
    measure: callsPerGrant,
  },
  {
    name: 'burst-writes',
    about: 'policy writes for 1,000 grants in one project at concurrency 80',
    limit: { kind: 'at-most', value: 16 },
    measure: writesPerBurst,
  },
  {
    name: 'artefact',
    about: 'megabytes that are deployed, in at most 2 files',
    limit: { kind: 'at-most', value: 8 },
    measure: artefactSize,
  },
];
