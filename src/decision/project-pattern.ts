import { matchesName } from './name-pattern.ts';

/** What a rule says about the project: its id, or that it lies under a folder or the organization. */
export type ProjectPattern =
  | { readonly kind: 'project-id'; readonly text: string }
  | { readonly kind: 'under'; readonly resource: string };

/** What is known of the project of a refused call when rules are matched; null where it could not be looked up. */
export interface ProjectFacts {
  readonly id: string | null;
  readonly number: string | null;
  readonly ancestors: readonly string[] | null;
}

/** Whether a pattern covers a project; `not-known` where the look-up that would tell was not possible. */
export type PatternMatch = 'matched' | 'not-matched' | 'not-known';

/** Compares whole ids and whole ancestor names: `folders/45` is not under `folders/456`. */
export function matchesProject(pattern: ProjectPattern, project: ProjectFacts): PatternMatch {
  switch (pattern.kind) {
    case 'project-id':
      return project.id === null ? 'not-known' : answer(matchesName(pattern, project.id));
    case 'under':
      return project.ancestors === null ? 'not-known' : answer(project.ancestors.includes(pattern.resource));
  }
}

function answer(isMatch: boolean): PatternMatch {
  return isMatch ? 'matched' : 'not-matched';
}
