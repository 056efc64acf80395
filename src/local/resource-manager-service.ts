import type { Server } from '@grpc/grpc-js';
import { policyFromProto, policyToProto } from '../google/proto-policy.ts';
import type { Policy } from '../iam/policy.ts';
import { type FieldIssue, type Fields, readFields } from '../ingest/fields.ts';
import { changePolicy, denied } from './change-policy.ts';
import { type CallBook, LocalError } from './faults.ts';
import { addService, type GrpcMethod, type GrpcRequest } from './grpc-service.ts';
import { policyAtVersion } from './policy-rules.ts';
import type { WorldProject } from './world.ts';
import type { WorldState } from './world-state.ts';

const PROTOS = '@google-cloud/resource-manager/build/protos/protos.json';
const PACKAGE = 'google.cloud.resourcemanager.v3';
const INVALID_ARGUMENT = 3;

/** Serves Resource Manager v3 from a world, with the rules of Google's own (versions, etags, masks, limits). */
export function addResourceManager(server: Server, state: WorldState, book: CallBook): void {
  const policyMethods = {
    GetIamPolicy: getIamPolicy(state, book),
    SetIamPolicy: setIamPolicy(state, book),
    TestIamPermissions: testIamPermissions(state, book),
  };
  addService(server, PROTOS, `${PACKAGE}.Projects`, {
    ...policyMethods,
    GetProject: getProject(state, book),
    ListProjects: listChildren('ListProjects', state, book),
  });
  addService(server, PROTOS, `${PACKAGE}.Folders`, {
    ...policyMethods,
    GetFolder: getNode(state.folder, 'GetFolder', book),
    ListFolders: listChildren('ListFolders', state, book),
  });
  addService(server, PROTOS, `${PACKAGE}.Organizations`, {
    ...policyMethods,
    GetOrganization: getNode(state.organization, 'GetOrganization', book),
  });
}

function getProject(state: WorldState, book: CallBook): GrpcMethod {
  return async ({ body }) => {
    const name = fieldsOf(body).text('name');
    return book.run('GetProject', name, () => {
      const project = state.project(name);
      return project === null ? denied(name) : projectAnswer(project);
    });
  };
}

function projectAnswer({ projectNumber, projectId, parent, state }: WorldProject) {
  return { name: `projects/${projectNumber}`, projectId, parent, state };
}

function listChildren(method: 'ListProjects' | 'ListFolders', state: WorldState, book: CallBook): GrpcMethod {
  return async ({ body }) => {
    const parent = fieldsOf(body).text('parent');
    return book.run(method, parent, () => {
      if (state.organization(parent) === null && state.folder(parent) === null) return denied(parent);
      const { projects, folders } = state.children(parent);
      return method === 'ListProjects'
        ? { projects: projects.map(projectAnswer) }
        : { folders: folders.map((folder) => ({ name: folder.name, parent, state: 'ACTIVE' })) };
    });
  };
}

function getNode(
  find: (name: string) => { readonly name: string; readonly parent: string } | null,
  method: string,
  book: CallBook,
): GrpcMethod {
  return async ({ body }) => {
    const name = fieldsOf(body).text('name');
    return book.run(method, name, () => {
      const node = find(name);
      return node === null ? denied(name) : { name: node.name, parent: node.parent, state: 'ACTIVE' };
    });
  };
}

function getIamPolicy(state: WorldState, book: CallBook): GrpcMethod {
  return async ({ body }) => {
    const fields = fieldsOf(body);
    const resource = fields.text('resource');
    const version = fields.object('options').integer('requestedPolicyVersion') ?? 0;
    return book.run('GetIamPolicy', resource, () => {
      const policy = state.policy(resource);
      return policy === null ? denied(resource) : answerOf(policyAtVersion(policy, version));
    });
  };
}

function setIamPolicy(state: WorldState, book: CallBook): GrpcMethod {
  return async (request) => {
    const resource = fieldsOf(request.body).text('resource');
    return book.run('SetIamPolicy', resource, () => store(resource, request, state));
  };
}

function store(resource: string, { body, header }: GrpcRequest, state: WorldState): object | LocalError {
  if (state.policy(resource) === null) return denied(resource);
  const mask = fieldsOf(body).object('updateMask').texts('paths');
  if (mask.some((path) => !['bindings', 'etag'].includes(path)))
    return new LocalError(INVALID_ARGUMENT, `update_mask: ${mask.join(',')} is not served here`);
  const stored = changePolicy(resource, policyOf(body.policy), header('x-goog-request-reason'), state);
  return stored instanceof LocalError ? stored : answerOf(stored);
}

function testIamPermissions(state: WorldState, book: CallBook): GrpcMethod {
  return async ({ body }) => {
    const fields = fieldsOf(body);
    const resource = fields.text('resource');
    // The one who asks is Guestlist, and what the world holds it may read and write.
    return book.run('TestIamPermissions', resource, () =>
      state.policy(resource) === null ? denied(resource) : { permissions: [...fields.texts('permissions')] },
    );
  };
}

function policyOf(value: unknown): Policy {
  const isPolicy = (candidate: unknown): candidate is Parameters<typeof policyFromProto>[0] =>
    typeof candidate === 'object' && candidate !== null;
  return policyFromProto(isPolicy(value) ? value : {});
}

function answerOf(policy: Policy): object {
  const auditConfigs = policy.auditConfigs.map(({ service, auditLogConfigs }) => ({
    service,
    auditLogConfigs: auditLogConfigs.map(({ logType, exemptedMembers }) => ({
      logType,
      exemptedMembers: [...exemptedMembers],
    })),
  }));
  return { ...policyToProto(policy), version: policy.version, auditConfigs };
}

function fieldsOf(body: Readonly<Record<string, unknown>>): Fields {
  const issues: FieldIssue[] = [];
  return readFields(body, 'request', issues);
}
