import type { Server } from 'node:http';
import { readFields } from '../ingest/fields.ts';
import { changePolicy, denied } from './change-policy.ts';
import { type CallBook, LocalError } from './faults.ts';
import { createJsonServer, type JsonRequest } from './json-server.ts';
import { policyFromJson, policyToJson } from './policy-json.ts';
import { policyAtVersion } from './policy-rules.ts';
import type { WorldProject } from './world.ts';
import type { WorldState } from './world-state.ts';

const NOT_FOUND = 5;

/** A project id may hold a colon of its own (`example.com:acme-ml`): the last one starts the verb. */
const ROUTE = /^\/v1\/(projects\/[^/]+?)(?::(getIamPolicy|setIamPolicy|testIamPermissions))?$/;

/**
 * Serves the projects of Resource Manager v1 over REST, which gcloud speaks: from the same world and with the same rules
 * and faults as v3 over gRPC. Not listening yet.
 */
export function createResourceManagerRest(state: WorldState, book: CallBook): Server {
  return createJsonServer(async (request) => {
    const [, resource = '', verb = 'get'] = ROUTE.exec(request.path) ?? [];
    const method = METHODS.get(`${request.method} ${verb}`);
    if (resource === '' || method === undefined)
      return new LocalError(NOT_FOUND, `${request.method} ${request.path} is not served here`);
    return book.run(method.name, resource, () => method.answer(resource, request, state));
  });
}

interface Method {
  /** As calls are counted, and faults injected, whatever the protocol. */
  readonly name: string;
  readonly answer: (resource: string, request: JsonRequest, state: WorldState) => object | LocalError;
}

const METHODS: ReadonlyMap<string, Method> = new Map([
  ['GET get', { name: 'GetProject', answer: getProject }],
  ['POST getIamPolicy', { name: 'GetIamPolicy', answer: getIamPolicy }],
  ['POST setIamPolicy', { name: 'SetIamPolicy', answer: setIamPolicy }],
  ['POST testIamPermissions', { name: 'TestIamPermissions', answer: testIamPermissions }],
]);

function getProject(resource: string, _request: JsonRequest, state: WorldState): object | LocalError {
  const project = state.project(resource);
  return project === null ? denied(resource) : projectJson(project);
}

function projectJson({ projectId, projectNumber, parent, state }: WorldProject): object {
  const [collection = '', id = ''] = parent.split('/');
  return {
    projectId,
    projectNumber,
    name: projectId,
    lifecycleState: state,
    ...(parent === '' ? {} : { parent: { type: collection.replace(/s$/, ''), id } }),
  };
}

function getIamPolicy(resource: string, { body }: JsonRequest, state: WorldState): object | LocalError {
  const version = fieldsOf(body).object('options').integer('requestedPolicyVersion') ?? 0;
  const policy = state.policy(resource);
  return policy === null ? denied(resource) : policyToJson(policyAtVersion(policy, version));
}

function setIamPolicy(resource: string, { body, header }: JsonRequest, state: WorldState): object | LocalError {
  const policy = policyFromJson(fieldsOf(body).object('policy'));
  const stored = changePolicy(resource, policy, header('x-goog-request-reason'), state);
  return stored instanceof LocalError ? stored : policyToJson(stored);
}

function testIamPermissions(resource: string, { body }: JsonRequest, state: WorldState): object | LocalError {
  // Whoever asks may read and write what the world holds.
  return state.policy(resource) === null ? denied(resource) : { permissions: fieldsOf(body).texts('permissions') };
}

function fieldsOf(body: unknown) {
  return readFields(body, 'request', []);
}
