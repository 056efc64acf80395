import type { Denial } from '../../denial/denial.ts';
import { type Diagnosis, fromEntry } from '../diagnosis.ts';
import type { EntryQuestion } from '../question.ts';

/** The service that Vertex AI, now Agent Platform, is called by in audit logs. */
export const VERTEX_AI = 'aiplatform.googleapis.com';

/** Another service refused the call, or the request was for a folder or organization. */
export function outOfScope({ denial }: EntryQuestion): Diagnosis | null {
  const { service, scope } = denial;
  if (!isVertexAi(denial)) {
    return answer(
      `The call was refused by ${service === '' ? 'a service the entry does not name' : service}, not by Vertex AI.`,
      `serviceName is ${JSON.stringify(service)}`,
    );
  }
  if (scope.kind === 'folder' || scope.kind === 'organization') {
    return answer(
      `The request was for a ${scope.kind}; no binding on a project can help.`,
      `resourceName is ${JSON.stringify(denial.resource)}`,
    );
  }
  return null;
}

// Tools that trim entries may cut the service name off; the method still says whose it is.
function isVertexAi({ service, method, perimeter }: Denial): boolean {
  if (service !== '') return service === VERTEX_AI;
  return method.startsWith('google.cloud.aiplatform.') || perimeter !== null;
}

function answer(summary: string, why: string): Diagnosis {
  return { cause: 'out-of-scope', certainty: 'certain', summary, evidence: [fromEntry(why)] };
}
