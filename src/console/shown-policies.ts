import { once } from '../google/resource-manager-clients.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { shareAnswers } from '../share-answers.ts';

/** So long the policies that pages show are not looked up anew. What is decided is always looked up. */
const SHOWN_MILLISECONDS = 10_000;

/** What pages are made from: the pipeline, with the policies of the last seconds. */
export interface ShownPipeline {
  open(): Promise<Pipeline>;
  /** Something was changed: what is shown from now on is looked up anew. */
  forget(): void;
}

/** Keeps people who look at pages, and their reloads, from using up what Google lets be read. */
export function showing(pipeline: () => Promise<Pipeline>): ShownPipeline {
  const share = () =>
    once(async () => {
      const { evidence, now } = await pipeline();
      return shareAnswers({ lookUp: evidence.policies.readPolicy, keep: () => SHOWN_MILLISECONDS, now });
    });
  let policies = share();
  return {
    open: async () => {
      const [composed, shared] = await Promise.all([pipeline(), policies()]);
      const readPolicy = (resource: string) => shared.ask(resource, resource);
      return { ...composed, evidence: { ...composed.evidence, policies: { readPolicy } } };
    },
    forget: () => {
      policies = share();
    },
  };
}
