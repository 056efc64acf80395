import { type Document, type Piece, RANKS } from './document.ts';

/**
 * Draws as much of a document as a medium takes, found by measuring what was drawn: as few pieces as possible are left
 * out, those that matter least first. The two lines, the footer and the notes on what was left out always stay.
 */
export function fitDocument<Message>(
  document: Document,
  draw: (document: Document) => Message,
  fits: (message: Message) => boolean,
): Message {
  const whole = draw(document);
  if (fits(whole)) return whole;
  const pieces = byRank(document);
  let best = draw(keep(document, []));
  let most = 0;
  let over = pieces.length;
  while (most + 1 < over) {
    const count = Math.floor((most + over) / 2);
    const message = draw(keep(document, pieces.slice(0, count)));
    if (fits(message)) {
      best = message;
      most = count;
    } else {
      over = count;
    }
  }
  return best;
}

/** The document without the pieces that a medium cannot show at all, whatever else is in it. */
export function without(document: Document, isTooMuch: (piece: Piece) => boolean): Document {
  return keep(
    document,
    piecesOf(document).filter((piece) => !isTooMuch(piece)),
  );
}

/** Whether a command of a piece is longer than this, as it stands. */
export function hasCodeOver(limit: number): (piece: Piece) => boolean {
  return ({ blocks }) => blocks.some((block) => block.kind === 'code' && block.text.length > limit);
}

function keep(document: Document, pieces: readonly Piece[]): Document {
  const kept = new Set(pieces);
  const sections = document.sections.map((section) => ({
    ...section,
    pieces: section.pieces.filter((piece) => kept.has(piece)),
    cut: [...section.cut, ...section.pieces.filter((piece) => !kept.has(piece))],
  }));
  return { ...document, sections };
}

function byRank(document: Document): readonly Piece[] {
  return piecesOf(document).toSorted((one, other) => RANKS.indexOf(one.rank) - RANKS.indexOf(other.rank));
}

function piecesOf({ sections }: Document): readonly Piece[] {
  return sections.flatMap(({ pieces }) => pieces);
}
