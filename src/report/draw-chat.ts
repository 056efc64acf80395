import { SIGNS } from './document/badge.ts';
import { blocksOf, type Document, type Link, type Section } from './document/document.ts';
import { fitDocument, hasCodeOver, without } from './document/fit-document.ts';
import { type LineBlock, type Run, runsOf } from './document/runs.ts';
import { escapeAngles } from './escape-html.ts';

/** A message as the webhook of a Google Chat space takes it: one card, and the two lines where no card is drawn. */
export interface ChatMessage {
  /** Shown in notifications instead of the card. */
  readonly fallbackText: string;
  readonly cardsV2: readonly [{ readonly cardId: string; readonly card: ChatCard }];
}

/** The part of a card that Guestlist uses (chat v1: GoogleAppsCardV1Card). */
export interface ChatCard {
  readonly header: { readonly title: string; readonly subtitle: string };
  readonly sections: readonly ChatSection[];
}

/** Widgets under a header; with more than `uncollapsibleWidgetsCount` of them, the rest shows when it is asked for. */
export interface ChatSection {
  readonly header?: string;
  readonly collapsible?: true;
  readonly uncollapsibleWidgetsCount?: number;
  readonly widgets: readonly ChatWidget[];
}

/** Text in Chat's subset of HTML, or buttons that open a page. */
export type ChatWidget =
  | { readonly textParagraph: { readonly text: string } }
  | { readonly buttonList: { readonly buttons: readonly ChatButton[] } };

/** A button that opens a page; webhooks can do nothing else. */
export interface ChatButton {
  readonly text: string;
  readonly onClick: { readonly openLink: { readonly url: string } };
}

/** The largest message that Chat takes, with its cards (chat v1), and the most widgets it draws of a section. */
const LIMITS = { bytes: 32_000, widgets: 100, unfolded: 6 } as const;

/** A document as a card, cut to what Chat takes. Whoever wrote its texts, they stand escaped in widgets only. */
export function drawChat(document: Document): ChatMessage {
  return fitDocument(without(document, hasCodeOver(LIMITS.bytes)), draw, fits);
}

function fits(message: ChatMessage): boolean {
  const isShort = message.cardsV2[0].card.sections.every(({ widgets }) => widgets.length <= LIMITS.widgets);
  return isShort && Buffer.byteLength(JSON.stringify(message)) <= LIMITS.bytes;
}

function draw(document: Document): ChatMessage {
  const { what, next, badge, tone, sections, footer, wholeIs } = document;
  const lead = paragraph([`<b>${escapeAngles(what)}</b>`, escapeAngles(next)]);
  return {
    fallbackText: withoutAngles(`${what}\n${next}`),
    cardsV2: [
      {
        cardId: 'guestlist',
        card: {
          header: { title: `${SIGNS[tone]} ${badge}`, subtitle: 'Guestlist' },
          sections: [
            { widgets: [lead] },
            ...sections.flatMap((section) => drawSection(section, wholeIs)),
            { widgets: [paragraph([`<i>${escapeAngles(footer)}</i>`])] },
          ],
        },
      },
    ],
  };
}

function drawSection(section: Section, wholeIs: string): readonly ChatSection[] {
  const widgets = runsOf(blocksOf(section, wholeIs)).flatMap(widgetsOf);
  if (widgets.length === 0) return [];
  const header = escapeAngles(section.heading);
  return widgets.length <= LIMITS.unfolded
    ? [{ header, widgets }]
    : [{ header, collapsible: true, uncollapsibleWidgetsCount: LIMITS.unfolded, widgets }];
}

function lineOf({ kind, label, text }: LineBlock): string {
  const start = label === null ? '' : `<b>${escapeAngles(label)}</b>${kind === 'item' ? ', ' : ': '}`;
  return `${kind === 'item' ? '• ' : ''}${start}${escapeAngles(text)}`;
}

function widgetsOf(run: Run): readonly ChatWidget[] {
  switch (run.kind) {
    case 'text':
      return [paragraph([...titleLine(run.title), ...run.lines.map(lineOf)])];
    case 'code':
      return [
        ...titleLine(run.title).map((line) => paragraph([line])),
        paragraph([`<pre>${escapeAngles(run.text)}</pre>`]),
      ];
    case 'links':
      return [{ buttonList: { buttons: run.links.map(button) } }];
  }
}

function titleLine(title: string | null): readonly string[] {
  return title === null ? [] : [`<b>${escapeAngles(title)}</b>`];
}

function button({ label, url }: Link): ChatButton {
  return { text: label, onClick: { openLink: { url } } };
}

function paragraph(lines: readonly string[]): ChatWidget {
  return { textParagraph: { text: lines.filter((line) => line !== '').join('<br>') } };
}

// In the text of a message `<users/all>` names everybody and `<url|label>` is a link; look-alikes of the angles do neither.
function withoutAngles(text: string): string {
  return text.replaceAll('<', '‹').replaceAll('>', '›');
}
