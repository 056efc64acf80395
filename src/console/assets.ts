import { digest } from '../iam/digest.ts';
import { CONSOLE_SCRIPT } from './console-script.ts';
import { CONSOLE_STYLE } from './console-style.ts';

/** A file that every page asks for. Its address changes with what is in it, so browsers may keep it. */
export interface Asset {
  readonly path: string;
  readonly type: string;
  readonly text: string;
}

export const STYLE: Asset = {
  path: `/assets/${digest([CONSOLE_STYLE])}.css`,
  type: 'text/css; charset=utf-8',
  text: CONSOLE_STYLE,
};

export const SCRIPT: Asset = {
  path: `/assets/${digest([CONSOLE_SCRIPT])}.js`,
  type: 'text/javascript; charset=utf-8',
  text: CONSOLE_SCRIPT,
};
