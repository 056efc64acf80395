import type { Tone } from '../report/document/document.ts';
import { type Html, html } from '../report/html.ts';

/** A time of a record, to the minute, as a person reads it and as a program does. */
export function time(at: string): Html {
  const [, date = at, clock = ''] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2})/.exec(at) ?? [];
  return html`<time datetime="${at}" title="${at}">${date} ${clock}${clock === '' ? '' : ' UTC'}</time>`;
}

/** A word with the colour of what it means. */
export function badge(tone: Tone, text: string): Html {
  return html`<span class="badge ${tone}">${text}</span>`;
}

/** Facts about one thing, each with its name. */
export function factList(facts: readonly (readonly [name: string, value: Html | string])[]): Html {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
