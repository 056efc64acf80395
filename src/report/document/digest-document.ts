import { counted } from '../counted.ts';
import { type Digest, type DigestLine, digestHeadline } from '../digest-report.ts';
import { HOURS_SAVED_BASIS } from '../hours-saved.ts';
import { type Document, type Piece, type Rank, type Section, sectionOf, type Tone } from './document.ts';
import { plainName, plainText } from './plain-lines.ts';
import { readableTime } from './readable-time.ts';

/** A digest as a document: what waits for a person first, then what went wrong, then what was done. */
export function digestDocument(digest: Digest): Document {
  return {
    tone: toneOf(digest),
    badge: 'Digest',
    what: `${digestHeadline(digest)}.`,
    next: nextOf(digest),
    sections: [
      listSection('Proposals that wait', 'proposals', 'next-step', digest.openProposals, 'Proposed'),
      listSection('Grants that did not help, or are gone', 'grants', 'undo', digest.grantsThatFailed, 'Granted'),
      listSection('Grants that end soon', 'grants', 'telling', digest.grantsThatEndSoon, 'Granted'),
      listSection('Grants made', 'grants', 'alternative', digest.grantsMade, 'Granted'),
      causeSection(digest),
      ignoredSection(digest),
      savedSection(digest),
    ],
    footer: `From ${readableTime(digest.from)} to ${readableTime(digest.to)}. Digest ${plainName(digest.id)}.`,
    wholeIs: `in Cloud Logging, as digest ${plainName(digest.id)}`,
  };
}

function toneOf({ openProposals, grantsThatFailed }: Digest): Tone {
  if (grantsThatFailed.length > 0) return 'bad';
  return openProposals.length > 0 ? 'attention' : 'good';
}

function nextOf({ openProposals, grantsThatFailed, isCut }: Digest): string {
  const [proposal] = openProposals;
  const [failed] = grantsThatFailed;
  const more = isCut ? ' There was more than a digest looks at: the numbers are lower bounds.' : '';
  if (failed !== undefined) return `First look at the grants that did not help, or are gone.${more}`;
  if (proposal === undefined) return `Nothing waits for a person.${more}`;
  return `Decide the proposals: guestlist approve ${plainName(proposal.id)} applies the first one.${more}`;
}

function listSection(
  heading: string,
  counted: string,
  rank: Rank,
  lines: readonly DigestLine[],
  label: string,
): Section {
  return sectionOf(
    heading,
    counted,
    lines.map((line) => linePiece(line, rank, label)),
  );
}

function linePiece({ id, project, member, role, at, expiresAt }: DigestLine, rank: Rank, label: string): Piece {
  const end = expiresAt === null ? '' : `, until ${readableTime(expiresAt)}`;
  const text = `${member} in ${project}: ${role}${end} (${id})`;
  return {
    rank,
    title: null,
    blocks: [{ kind: 'item', label: `${label} ${readableTime(at)}`, text: plainText(text) }],
  };
}

function causeSection({ causes }: Digest): Section {
  const pieces = causes.map(({ cause, incidents, denials }) =>
    countPiece(`${counted(incidents, 'incident')}`, `${cause}: ${counted(denials, 'refused call')}`),
  );
  return sectionOf('Causes', 'causes', pieces);
}

function ignoredSection({ ignored }: Digest): Section {
  const pieces = ignored.map(({ reason, denials }) => countPiece(counted(denials, 'call'), reason));
  return sectionOf('Ignored, and why', 'reasons', pieces);
}

function savedSection({ hoursSaved }: Digest): Section {
  const text = `about ${counted(hoursSaved, 'hour')}, ${HOURS_SAVED_BASIS}.`;
  return sectionOf('Time saved', 'estimates', [
    { rank: 'core', title: null, blocks: [{ kind: 'line', label: 'Estimate', text }] },
  ]);
}

function countPiece(label: string, text: string): Piece {
  return { rank: 'further-evidence', title: null, blocks: [{ kind: 'item', label, text: plainText(text) }] };
}
