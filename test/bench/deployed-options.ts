import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FUNCTIONS = join(import.meta.dirname, '..', '..', 'deploy', 'functions.tf');

/** The options of Node that the deployment gives the functions, as it has them. */
export const DEPLOYED_OPTIONS = { NODE_OPTIONS: readOptions(readFileSync(FUNCTIONS, 'utf8')) };

function readOptions(text: string): string {
  const [, options] = /^\s*NODE_OPTIONS\s*=\s*"([^"]+)"$/m.exec(text) ?? [];
  if (options === undefined) throw new Error(`${FUNCTIONS}: expected NODE_OPTIONS among the variables`);
  return options;
}
