import type { GuardResult } from '../decision/decision.ts';
import { type Html, html } from '../report/html.ts';
import type { Report } from '../report/report.ts';

/** Every guard with its result, folded: those that did not hold are in the decision as well. */
export function guardSection({ decision }: Report): Html {
  const { guards } = decision;
  if (guards.length === 0) return html``;
  return html`<section><details><summary>All ${guards.length} guards</summary><ul>${guards.map(
    ({ guard, result, detail }) => html`<li><strong>${RESULTS[result]}</strong>, <code>${guard}</code>: ${detail}</li>`,
  )}</ul></details></section>`;
}

const RESULTS: Readonly<Record<GuardResult['result'], string>> = {
  held: 'Held',
  failed: 'Failed',
  'not-known': 'Not known',
};
