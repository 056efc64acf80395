import { type Html, html } from '../report/html.ts';
import { formToken } from './form-token.ts';

/** Whoever looks at a page, and the secret of their browser that forms are made with. */
export interface Visitor {
  /** Verified e-mail address, in lower case. */
  readonly email: string;
  readonly formKey: string;
}

/** A form that acts by POST. `fields` are hidden; `inside` is what a person fills in, with the button. */
export function actionForm(
  { email, formKey }: Visitor,
  action: string,
  fields: Readonly<Record<string, string>>,
  inside: Html,
): Html {
  const hidden = Object.entries({ ...fields, token: formToken(formKey, email, action) });
  return html`<form method="post" action="${action}">
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${inside}
</form>`;
}
