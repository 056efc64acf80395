import { consoleLinks } from '../console-links.ts';
import type { Report } from '../report.ts';
import { type Link, type Piece, type Rank, type Section, sectionOf } from './document.ts';
import { consoleLink } from './link-to.ts';

/** Where to look on: the whole report where there is a page of it, the log entry, and the project's IAM page. */
export function linkSection({ change, denial }: Report, whole: readonly Link[]): Section {
  const project = change?.project ?? denial.project;
  const others = [
    ...consoleLink('Open the log entry', denial.logLink),
    ...(project === '' ? [] : consoleLink('Open IAM', consoleLinks.iam(project))),
  ];
  return sectionOf('Links', 'links', [...linkPiece('way-on', whole), ...linkPiece('core', others)]);
}

function linkPiece(rank: Rank, links: readonly Link[]): readonly Piece[] {
  return links.length === 0 ? [] : [{ rank, title: null, blocks: [{ kind: 'links', links }] }];
}
