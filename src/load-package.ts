import { createRequire } from 'node:module';

/** Loads a package at the moment it is needed, and in one go: for what most runs never need. */
export const loadPackage: NodeJS.Require = createRequire(import.meta.url);
