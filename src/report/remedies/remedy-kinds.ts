import type { Remedy } from '../report.ts';

/** Advice in words. */
export function note(title: string, text: string): Remedy {
  return { kind: 'note', title, text };
}

/** A command to paste. It holds nothing but the command: a comment could end up in a shell that takes it for a word. */
export function gcloud(title: string, text: string): Remedy {
  return { kind: 'gcloud', title, text };
}

/** A page of the console to open. */
export function consolePage(title: string, text: string, link: string): Remedy {
  return { kind: 'console', title, text, link };
}
