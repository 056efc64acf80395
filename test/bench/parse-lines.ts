import { createInterface } from 'node:readline';

// What the offline decision is compared with: the same lines, parsed and forgotten.
let parsed = 0;
for await (const line of createInterface({ input: process.stdin })) if (JSON.parse(line) !== null) parsed += 1;
console.log(parsed);
