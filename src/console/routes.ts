import type { Context } from 'hono';
import type { Pipeline } from '../pipeline-ports.ts';
import { type Action, approve, dismiss, explain, undo } from './actions.ts';
import { activityPage } from './activity-page.ts';
import { allowlistPage } from './allowlist-page.ts';
import type { Env } from './gate.ts';
import { grantPage } from './grant-page.ts';
import { grantsPage } from './grants-page.ts';
import { inboxMark, inboxPage } from './inbox-page.ts';
import { incidentMark, incidentPage } from './incident-page.ts';
import type { Page } from './page.ts';

/** A page by its address, and what changes when something new is on it (null: it does not tell). */
export interface ShownPage {
  readonly page: (c: Context<Env>, pipeline: Pipeline) => Promise<Page>;
  readonly mark: (c: Context<Env>, pipeline: Pipeline) => Promise<string | null>;
}

/** Every page. What addresses hold is text that anybody may have written. */
export const PAGES: readonly (readonly [path: string, page: ShownPage])[] = [
  [
    '/',
    {
      page: (c, pipeline) =>
        inboxPage({ order: query(c, 'order'), from: query(c, 'from') }, c.var.visitor.email, pipeline),
      mark: (_c, pipeline) => inboxMark(pipeline),
    },
  ],
  [
    '/incidents/:id',
    {
      page: (c, pipeline) => incidentPage(idOf(c), query(c, 'done'), c.var.visitor, pipeline),
      mark: (c, pipeline) => incidentMark(idOf(c), pipeline),
    },
  ],
  ['/grants', silent((c, pipeline) => grantsPage(filterOf(c), c.var.visitor.email, pipeline))],
  ['/grants/:id', silent((c, pipeline) => grantPage(idOf(c), c.var.visitor, pipeline))],
  ['/activity', silent((_c, pipeline) => activityPage(pipeline))],
  ['/allowlist', silent((c, pipeline) => allowlistPage(c.var.visitor, pipeline))],
];

/** Every action, by the address of its form. */
export const ACTIONS: readonly (readonly [path: string, action: Action])[] = [
  ['/incidents/:id{i-[0-9a-f]{24}}/approve', approve],
  ['/incidents/:id{i-[0-9a-f]{24}}/dismiss', dismiss],
  ['/grants/:id{g-[0-9a-f]{24}}/undo', undo],
  ['/allowlist/explain', explain],
];

function silent(page: ShownPage['page']): ShownPage {
  return { page, mark: async () => null };
}

function filterOf(c: Context<Env>) {
  return { state: query(c, 'state'), project: query(c, 'project'), principal: query(c, 'principal') };
}

function query(c: Context<Env>, name: string): string {
  return c.req.query(name) ?? '';
}

function idOf(c: Context<Env>): string {
  return c.req.param('id') ?? '';
}
