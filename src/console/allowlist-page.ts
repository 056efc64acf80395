import { readEntries } from '../cli/read-entries.ts';
import type { Allowlist, Limits, Rule } from '../decision/allowlist.ts';
import { createExplainer } from '../explainer.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { reportDocument } from '../report/document/report-document.ts';
import { escapeHtml } from '../report/escape-html.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { isApprover } from './admit.ts';
import { actionForm, type Visitor } from './form.ts';
import { badge, type Page, plural } from './page.ts';
import { reportSections } from './report-sections.ts';

/** The rules in force, read-only, and a way to ask them about an entry. */
export async function allowlistPage(visitor: Visitor, { allowlist }: Pipeline): Promise<Page> {
  const rules = await allowlist();
  const main = html`<h1>Allowlist</h1>
<p class="lead">What Guestlist may grant by itself, as it is in force now. It is changed in its file, by review.</p>
${facts(rules)}
<section><h2>Rules</h2>${ruleTable(rules.rules)}</section>
${askSection(visitor, rules, '')}`;
  return { status: 200, title: 'Allowlist', section: 'allowlist', main, mark: null };
}

/** What would be decided about a pasted entry now. Looks up, writes nothing, records nothing. */
export async function explainedPage(text: string, visitor: Visitor, pipeline: Pipeline): Promise<Page> {
  const rules = await pipeline.allowlist();
  const [input, ...more] = readEntries(text);
  const fault =
    input === undefined
      ? 'Expected one log entry as JSON, and the field was empty.'
      : input.kind === 'unreadable'
        ? `Expected one log entry as JSON, as Logs Explorer copies it: ${input.reason}.`
        : null;
  if (input === undefined || input.kind === 'unreadable') return askAgain(text, fault ?? '', visitor, rules);
  const explainer = createExplainer(pipeline);
  await explainer.observe(input.entry);
  const explained = await explainer.explain(input.entry);
  if (explained.kind === 'unreadable')
    return askAgain(text, `It is no audit entry that can be understood: ${explained.reason}.`, visitor, rules);
  const { decision } = explained.report;
  const document = reportDocument({ report: explained.report, news: 'opened' }, null);
  const main = html`<p class="crumbs"><a href="/allowlist">Allowlist</a> › What would be decided</p>
<p>${badge(document.tone, `Would ${decision.kind}`)}</p>
<h1>${document.what}</h1>
<p class="lead">By the allowlist in force and what was looked up just now. Nothing was recorded, reported or changed.${more.length > 0 ? ` Only the first of ${more.length + 1} entries was looked at.` : ''}</p>
${reportSections(document)}
${askSection(visitor, rules, text)}`;
  return { status: 200, title: 'What would be decided', section: 'allowlist', main, mark: null };
}

function askAgain(text: string, fault: string, visitor: Visitor, rules: Allowlist): Page {
  const main = html`<h1>That entry could not be read</h1><p class="lead" role="alert">${fault}</p>${askSection(visitor, rules, text)}`;
  return { status: 400, title: 'That entry could not be read', section: 'allowlist', main, mark: null };
}

function askSection(visitor: Visitor, allowlist: Allowlist, text: string): Html {
  const form = actionForm(
    visitor,
    '/allowlist/explain',
    {},
    html`<label for="entry">Audit entry as JSON, as Logs Explorer copies it</label>
<textarea id="entry" name="entry" rows="10" required spellcheck="false" aria-describedby="entry-what">
${trusted(escapeHtml(text))}</textarea>
<p id="entry-what" class="quiet">It is looked up and decided as the function would, and nothing is recorded or changed.</p>
<button class="plain">Explain</button>`,
  );
  return html`<section><h2>Why would this denial be decided so?</h2>
${isApprover(visitor.email, allowlist) ? form : html`<p>Only approvers can ask here, for the answer tells who holds which role. Anybody can run <code>guestlist explain</code> with what they may look up themselves.</p>`}
</section>`;
}

function facts({ version, mode, role, domains, limits, approvers, channels }: Allowlist): Html {
  return html`<dl class="facts">
<dt>Mode</dt><dd>${badge(mode === 'apply' ? 'good' : 'neutral', mode)}</dd>
<dt>Role</dt><dd><code>${role}</code></dd>
<dt>People of</dt><dd>${domains.length === 0 ? 'no domain: no person is granted' : domains.join(', ')}</dd>
<dt>Limits</dt><dd>${limitsOf(limits) ?? 'none for the whole file'}</dd>
<dt>Approvers</dt><dd>${approvers.length === 0 ? 'none for the whole file' : approvers.join(', ')}</dd>
<dt>Channels</dt><dd>${channels === null ? 'every one that is set up' : channels.join(', ')}</dd>
<dt>Version</dt><dd><code>${version}</code></dd>
</dl>`;
}

function ruleTable(rules: readonly Rule[]): Html {
  if (rules.length === 0) return html`<p>There are none: everything is proposed.</p>`;
  return html`<ul class="cards">${rules.map(
    (
      rule,
    ) => html`<li><article class="card ${TONES[rule.effect]}"><h3><code>${rule.id}</code> ${badge(TONES[rule.effect], rule.effect)}</h3>
<dl class="facts">${factsOf(rule).map(([name, text]) => html`<dt>${name}</dt><dd>${text}</dd>`)}</dl></article></li>`,
  )}</ul>`;
}

const TONES: Readonly<Record<Rule['effect'], 'good' | 'attention' | 'bad' | 'neutral'>> = {
  allow: 'good',
  propose: 'attention',
  forbid: 'bad',
  mute: 'neutral',
};

function factsOf(rule: Rule): readonly (readonly [string, string])[] {
  const { principals, projects, permissions, when, certainty, crossProject, expiresAfterMilliseconds, approvers } =
    rule;
  const limits = limitsOf(rule.limits);
  return [
    ['Principals', principals.length === 0 ? 'any' : principals.map(({ text }) => text).join(', ')],
    [
      'Projects',
      projects.length === 0
        ? 'any'
        : projects.map((one) => (one.kind === 'under' ? one.resource : one.text)).join(', '),
    ],
    ['Permissions', permissions.length === 0 ? 'any' : permissions.map(({ text }) => text).join(', ')],
    ...only('When', when?.text ?? null),
    ...only('Sure', rule.effect === 'allow' && certainty === 'certain' ? 'only when the diagnosis is certain' : null),
    ...only('Crossing', crossProject === 'allowed' ? 'also for workloads of other projects' : null),
    ...only('Lasts', expiresAfterMilliseconds === null ? null : plural(expiresAfterMilliseconds / 3_600_000, 'hour')),
    ...only('Limits', limits),
    ...only('Approvers', approvers.length === 0 ? null : approvers.join(', ')),
  ];
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
