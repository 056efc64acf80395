import { digest } from '../iam/digest.ts';
import { CONSOLE_SCRIPT } from './console-script.ts';
import { CONSOLE_STYLE } from './console-style.ts';
import type { Assets } from './page.ts';

export const STYLE = CONSOLE_STYLE;
export const SCRIPT = CONSOLE_SCRIPT;

/** Addresses of the style sheet and the script of this version. */
export function assetNames(): Assets {
  return { style: `/assets/${digest([STYLE])}.css`, script: `/assets/${digest([SCRIPT])}.js` };
}
