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
  return `${incidents} incidents, ${grantsMade.length} grants made, ${grantsThatFailed.length} failed, ${openProposals.length} proposals wait for a person`;
}
