import type { Allowlist, Limits, Rule } from '../decision/allowlist.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import type { Tone } from '../report/document/document.ts';
import { type Html, html } from '../report/html.ts';
import { shortLine } from '../report/quote-shell.ts';
import { askSection } from './ask-entry.ts';
import type { Visitor } from './form.ts';
import { badge, factList } from './labels.ts';
import type { Page } from './page.ts';
import { plural } from './wording.ts';

/** How many rules are shown, and how much of each list: the file itself has all of it. */
const SHOWN = 40;
const LONGEST = 400;

/** The rules in force, read-only, and a way to ask them about an entry. */
export async function allowlistPage(visitor: Visitor, { allowlist }: Pipeline): Promise<Page> {
  const inForce = await allowlist();
  const { rules } = inForce;
  const more = rules.length - SHOWN;
  const main = html`<h1>Allowlist</h1>
<p class="lead">The rules in force: what Guestlist grants by itself, what it never grants, and who may approve. They are changed in their file, by review.</p>
${factsOfFile(inForce)}
<section><h2>Rules</h2>${rules.length === 0 ? html`<p>There are none: everything is proposed.</p>` : html`<ul class="cards">${rules.slice(0, SHOWN).map(ruleCard)}</ul>`}
${more > 0 ? html`<p class="quiet">and ${plural(more, 'more rule')}, which the file has</p>` : ''}</section>
${askSection(visitor, inForce, '')}`;
  return { status: 200, title: 'Allowlist', section: 'allowlist', main, mark: null };
}

function factsOfFile({ version, mode, role, domains, limits, approvers, channels }: Allowlist): Html {
  return factList([
    ['Mode', badge(mode === 'apply' ? 'good' : 'neutral', mode)],
    ['Role', html`<code>${role}</code>`],
    ['People of', domains.length === 0 ? 'no domain: no person is granted' : listed(domains)],
    ['Limits', limitsOf(limits) ?? 'none for the whole file'],
    ['Approvers', approvers.length === 0 ? 'none for the whole file' : listed(approvers)],
    ['Channels', channels === null ? 'every one that is set up' : listed(channels)],
    ['Version', html`<code>${version}</code>`],
  ]);
}

const TONES: Readonly<Record<Rule['effect'], Tone>> = {
  allow: 'good',
  propose: 'attention',
  forbid: 'bad',
  mute: 'neutral',
};

function ruleCard(rule: Rule): Html {
  const tone = TONES[rule.effect];
  return html`<li><article class="card ${tone}"><h3><code>${rule.id}</code> ${badge(tone, rule.effect)}</h3>
${factList(factsOfRule(rule))}</article></li>`;
}

function factsOfRule(rule: Rule): readonly (readonly [string, string])[] {
  const { principals, projects, permissions, when, certainty, crossProject, expiresAfterMilliseconds, approvers } =
    rule;
  return [
    ['Principals', anyOr(principals.map(({ text }) => text))],
    ['Projects', anyOr(projects.map((one) => (one.kind === 'under' ? one.resource : one.text)))],
    ['Permissions', anyOr(permissions.map(({ text }) => text))],
    ...only('When', when === null ? null : shortLine(when.text, LONGEST)),
    ...only('Sure', rule.effect === 'allow' && certainty === 'certain' ? 'only when the diagnosis is certain' : null),
    ...only('Crossing', crossProject === 'allowed' ? 'also for workloads of other projects' : null),
    ...only('Lasts', expiresAfterMilliseconds === null ? null : plural(expiresAfterMilliseconds / 3_600_000, 'hour')),
    ...only('Limits', limitsOf(rule.limits)),
    ...only('Approvers', approvers.length === 0 ? null : listed(approvers)),
  ];
}

function anyOr(names: readonly string[]): string {
  return names.length === 0 ? 'any' : listed(names);
}

function listed(names: readonly string[]): string {
  return shortLine(names.join(', '), LONGEST);
}

function only(name: string, text: string | null): readonly (readonly [string, string])[] {
  return text === null ? [] : [[name, text]];
}

function limitsOf({ grantsPerHour, grantsPerProjectPerDay }: Limits): string | null {
  const parts = [
    ...(grantsPerHour === null ? [] : [`${plural(grantsPerHour, 'grant')} an hour`]),
    ...(grantsPerProjectPerDay === null ? [] : [`${plural(grantsPerProjectPerDay, 'grant')} a project and day`]),
  ];
  return parts.length === 0 ? null : parts.join(', ');
}
