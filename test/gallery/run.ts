import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { allExhibits } from './exhibits.ts';
import { galleryPage } from './gallery-page.ts';

// `npm run gallery [-- FILE]`: every cause in every medium, on one page for people to look at.
const [file = 'gallery/index.html'] = process.argv.slice(2);
const exhibits = allExhibits();
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, galleryPage(exhibits));
console.log(`${exhibits.length} postings in ${file}`);
