import { consoleLinks } from '../console-links.ts';
import type { Report } from '../report.ts';
import { type Link, type Section, sectionOf } from './document.ts';
import { consoleLink } from './link-to.ts';

/** Where to look on: the whole report where there is a page of it, the log entry, and the project's IAM page. */
export function linkSection({ change, denial }: Report, whole: readonly Link[]): Section {
  const project = change?.project ?? denial.project;
  const links = [
    ...whole,
    ...consoleLink('Open the log entry', denial.logLink),
    ...(project === '' ? [] : consoleLink('Open IAM', consoleLinks.iam(project))),
  ];
  const pieces =
    links.length === 0 ? [] : [{ rank: 'way-on', title: 'Links', blocks: [{ kind: 'links', links }] } as const];
  return sectionOf('Links', 'links', pieces);
}
