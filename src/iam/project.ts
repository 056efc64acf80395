/**
 * How a project is named: by its id (`acme-ml`, `example.com:acme-ml`) or by its number. Log entries use both; only a
 * look-up can tell that an id and a number are the same project.
 */
export type ProjectRef =
  | { readonly kind: 'project-id'; readonly id: string }
  | { readonly kind: 'project-number'; readonly number: string };

const PROJECT_ID =
  /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$/;
const PROJECT_NUMBER = /^[1-9][0-9]{4,19}$/;

/** Reads a project id or number, or gives null when the text is neither (a display name, `-`, `_`, hostile text). */
export function parseProject(text: string): ProjectRef | null {
  if (PROJECT_NUMBER.test(text)) return { kind: 'project-number', number: text };
  if (text.length <= 100 && PROJECT_ID.test(text)) return { kind: 'project-id', id: text };
  return null;
}

/** The id or number as a string, as it stands in `projects/…`. */
export function formatProject(project: ProjectRef): string {
  switch (project.kind) {
    case 'project-id':
      return project.id;
    case 'project-number':
      return project.number;
  }
}
