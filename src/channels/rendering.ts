import type { Digest } from '../report/digest-report.ts';
import type { Posting } from '../report/posting.ts';

/** How a medium writes what is posted to it. */
export interface Rendering {
  readonly posting: (posting: Posting) => object;
  readonly digest: (digest: Digest) => object;
}
