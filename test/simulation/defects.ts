import { Redeliver } from '../../src/redeliver.ts';
import type { Cloud } from './cloud.ts';

/** Only what passes may leave the code; a file that cannot be used at a start is such a thing too, until it is mended. */
export function noteDefect(error: unknown, cloud: Cloud): void {
  if (error instanceof Redeliver) return;
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (!text.includes('is no usable allowlist')) cloud.violations.push(`a defect left the code: ${text}`);
}
