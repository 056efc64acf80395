import { join } from 'node:path';
import { buildArtefact } from './build.ts';

const { bytesByPackage } = await buildArtefact(join(import.meta.dirname, '..', '..', 'dist'));
for (const [name, bytes] of bytesByPackage.slice(0, 12)) console.log(`${kilobytes(bytes)}  ${name}`);
const total = bytesByPackage.reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`${kilobytes(total)}  in all, in dist/`);

function kilobytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} kB`.padStart(8);
}
