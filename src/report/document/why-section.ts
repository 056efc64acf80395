import type { Certainty, EvidenceNote } from '../../diagnosis/diagnosis.ts';
import type { Report } from '../report.ts';
import { type Piece, type Section, sectionOf } from './document.ts';
import { plainText } from './plain-lines.ts';

/** As many notes of evidence as a reader takes in; further ones are left out first. */
const FIRST_NOTES = 6;

/** Why the call was refused, how sure that is, and on what evidence: what could not be read as plainly as the rest. */
export function whySection({ diagnosis }: Report): Section {
  const { cause, certainty, summary, evidence } = diagnosis;
  return sectionOf('Why', 'notes of evidence', [
    {
      rank: 'core',
      title: null,
      blocks: [{ kind: 'line', label: `${cause}, ${CERTAINTIES[certainty]}`, text: plainText(summary) }],
    },
    ...evidence.map(notePiece),
  ]);
}

const CERTAINTIES: Readonly<Record<Certainty, string>> = {
  certain: 'certain',
  likely: 'likely',
  unknown: 'not certain at all',
};

const STATES: Readonly<Record<EvidenceNote['state'], string>> = {
  known: 'Known',
  absent: 'Not there',
  'not-readable': 'Could not be read',
};

function notePiece({ state, source, text }: EvidenceNote, index: number): Piece {
  const isTelling = index < FIRST_NOTES || state === 'not-readable';
  return {
    rank: isTelling ? 'telling' : 'further-evidence',
    title: null,
    blocks: [{ kind: 'item', label: STATES[state], text: plainText(`${source}: ${text}`) }],
  };
}
