import { counted } from './counted.ts';
/** Name and version of the digest's JSON. */
export const DIGEST_SCHEMA = 'guestlist.digest/v1';

/** What happened in a span of time, and what waits. Lists are cut; the counts are of all that was looked at. */
export interface Digest {
  readonly schema: typeof DIGEST_SCHEMA;
  readonly id: string;
  /** RFC 3339. */
  readonly from: string;
  readonly to: string;
  readonly openProposals: readonly DigestLine[];
  readonly grantsMade: readonly DigestLine[];
  readonly grantsThatEndSoon: readonly DigestLine[];
  readonly grantsThatFailed: readonly DigestLine[];
  /** Incidents by cause, the most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly incidents: number; readonly denials: number }[];
  /** Incidents that were muted or need nothing, by reason, the most refused calls first. */
  readonly ignored: readonly { readonly reason: string; readonly denials: number }[];
  /** An estimate, never a measurement. */
  readonly hoursSaved: number;
  /** True when there was more than a digest looks at. */
  readonly isCut: boolean;
}

/** One grant or proposal in a digest. */
export interface DigestLine {
  readonly id: string;
  readonly project: string;
  readonly member: string;
  readonly role: string;
  readonly at: string;
  readonly expiresAt: string | null;
}

/** The digest in one line, for a log. */
export function digestHeadline({ openProposals, grantsMade, grantsThatFailed, causes }: Digest): string {
  const incidents = causes.reduce((sum, cause) => sum + cause.incidents, 0);
  const waiting = `${counted(openProposals.length, 'proposal')} ${openProposals.length === 1 ? 'waits' : 'wait'}`;
  return `${counted(incidents, 'incident')}, ${counted(grantsMade.length, 'grant')} made, ${grantsThatFailed.length} failed, ${waiting} for a person`;
}
