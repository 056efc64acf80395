import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readEntries } from '../src/ingest/read-entries.ts';
import { scrub } from './scrub-entry.ts';

/** `npm run scenario:new -- FILE`: a saved entry, scrubbed, as a new scenario folder. */
const [file] = process.argv.slice(2);
if (file === undefined || !existsSync(file)) {
  console.error(`usage: npm run scenario:new -- FILE; expected a file with log entries, got ${file ?? 'nothing'}`);
  process.exit(2);
}
const read = readEntries(readFileSync(file, 'utf8'));
const unreadable = read.flatMap((input) =>
  input.kind === 'unreadable' ? [`${file}:${input.line}: ${input.reason}`] : [],
);
if (unreadable.length > 0 || read.length === 0) {
  console.error(unreadable.length > 0 ? unreadable.join('\n') : `${file} holds no entry`);
  process.exit(1);
}
const folder = join(
  'test/scenarios',
  basename(file)
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-'),
);
if (existsSync(folder)) {
  console.error(`${folder} is there already; give the file another name`);
  process.exit(1);
}
mkdirSync(folder);
writeFileSync(
  join(folder, 'entries.json'),
  `${JSON.stringify(scrub(read.flatMap((input) => (input.kind === 'entry' ? [input.entry] : []))), null, 2)}\n`,
);
writeFileSync(
  join(folder, 'scenario.json'),
  `${JSON.stringify({ title: 'say here what it shows', expect: [] }, null, 2)}\n`,
);
console.log(`${folder}: read entries.json once more for names, then write the title and what is expected into scenario.json
(cause, certainty and decision of each report), and run UPDATE_SCENARIOS=true npm test to store the reports.`);
