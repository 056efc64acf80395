import type { Allowlist } from '../decision/allowlist.ts';
import { escapeHtml } from '../report/escape-html.ts';
import { type Html, html, trusted } from '../report/html.ts';
import { isApprover } from './admit.ts';
import { actionForm, type Visitor } from './form.ts';

/** Why not everybody who may look may ask about an entry. */
export const ONLY_APPROVERS_ASK =
  'Only approvers can ask here, for the answer tells who holds which role. Anybody can run guestlist explain with what they may look up themselves.';

/** A longer entry is not repeated on the page that answers it. */
const LONGEST_REPEATED = 8_000;

/** The form to ask about an entry; `text` is what was asked before. */
export function askSection(visitor: Visitor, allowlist: Allowlist, text: string): Html {
  const repeated = text.length > LONGEST_REPEATED ? '' : text;
  const form = actionForm(
    visitor,
    '/allowlist/explain',
    {},
    html`<label for="entry">Audit entry as JSON</label>
<textarea id="entry" name="entry" rows="10" required spellcheck="false" aria-describedby="entry-what">
${trusted(escapeHtml(repeated))}</textarea>
<p id="entry-what" class="quiet">In Logs Explorer: open the entry, copy it as JSON. ${text === repeated ? '' : 'The entry is too long to be repeated here. '}It is looked up and decided by the rules in force, and nothing is recorded or changed. Dismissals, quiet periods and limits are not taken into account.</p>
<button class="plain">Explain</button>`,
  );
  return html`<section><h2>What would be decided about an entry?</h2>
${isApprover(visitor.email, allowlist) ? form : html`<p>${ONLY_APPROVERS_ASK}</p>`}
</section>`;
}
