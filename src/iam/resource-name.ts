import { type ProjectRef, parseProject } from './project.ts';
import { remembering } from './remember.ts';

/** What a relative resource name of Vertex AI says about where and what a call was for; parts it lacks are null. */
export interface ResourceName {
  readonly text: string;
  readonly scope: ResourceScope;
  readonly location: string | null;
  /** Model id of `publishers/P/models/M`, with its `@version` where there is one. */
  readonly model: string | null;
}

/** What a resource hangs under. Only a request under a project can be helped by a binding on a project. */
export type ResourceScope =
  | { readonly kind: 'project'; readonly project: ProjectRef }
  | { readonly kind: 'folder' }
  | { readonly kind: 'organization' }
  | { readonly kind: 'none' };

/**
 * Reads a resource name, with or without the leading `//aiplatform.googleapis.com/`. A name whose project part is not
 * a project id or number, or that holds empty, `.` or `..` parts, has the scope `none`.
 */
export const parseResourceName: (text: string) => ResourceName = remembering((text) => {
  const parts = text.replace(/^\/\/[a-z0-9.-]+\//, '').split('/');
  const isSound = parts.every((part) => part !== '' && part !== '.' && part !== '..');
  return {
    text,
    scope: isSound ? scopeOf(parts) : { kind: 'none' },
    location: isSound ? plainPart(parts, 'locations') : null,
    model: isSound ? plainPart(parts, 'models') : null,
  };
});

function scopeOf(parts: readonly string[]): ResourceScope {
  const [collection, id = ''] = parts;
  const project = collection === 'projects' ? parseProject(id) : null;
  if (project !== null) return { kind: 'project', project };
  if (collection === 'folders') return { kind: 'folder' };
  return collection === 'organizations' ? { kind: 'organization' } : { kind: 'none' };
}

function plainPart(parts: readonly string[], collection: string): string | null {
  const at = parts.indexOf(collection);
  const value = at < 0 ? undefined : parts[at + 1];
  return value !== undefined && /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/.test(value) ? value : null;
}
