import { digest } from '../iam/digest.ts';
import { parseCaller } from '../iam/principal.ts';
import { parseProject } from '../iam/project.ts';
import { remembering } from '../iam/remember.ts';
import { parseResourceName } from '../iam/resource-name.ts';
import { parseTimestamp, type Timestamp } from '../iam/timestamp.ts';
import { type FieldIssue, type Fields, orNull, readFields } from '../ingest/fields.ts';
import type { Entry } from '../ingest/read-entry.ts';
import type { Delegate, Denial, DryRun, ErrorInfo, PreconditionViolation } from './denial.ts';
import { errorReasonName } from './error-reason.ts';
import { readPolicyViolations } from './read-organization-policy.ts';
import { readPerimeterViolation } from './read-perimeter.ts';
import { readPermissions } from './read-permissions.ts';
import { splitMessage } from './split-message.ts';

/** A denial, or every reason why the entry is not an audit entry that can be understood. */
export type DenialReading =
  | { readonly kind: 'denial'; readonly denial: Denial }
  | { readonly kind: 'unreadable'; readonly issues: readonly FieldIssue[] };

/**
 * Reads an audit entry into the facts of its call. Unknown fields are passed over; a known field of the wrong type
 * makes the entry unreadable. `receivedAt` stands in where the entry has no time of its own.
 */
export function readDenial(entry: Entry, receivedAt: Timestamp): DenialReading {
  const issues: FieldIssue[] = [];
  const fields = readFields(entry, '', issues);
  const payload = fields.object('protoPayload');
  if (!isAuditPayload(fields, payload, issues)) return { kind: 'unreadable', issues: fewest(issues) };
  const denial = denialOf(entry, fields, payload, receivedAt);
  return issues.length > 0 ? { kind: 'unreadable', issues: fewest(issues) } : { kind: 'denial', denial };
}

/** The start of the identity of an entry: what all entries of one log have in common. */
export function entryIdStart(logName: string): string {
  return `${logName}|`;
}

/** The rest of the identity of an entry; `time` is the time that was read of it, or empty. */
export function entryIdEnd(time: Timestamp, insertId: string): string {
  return `${time}|${insertId}`;
}

const MOST_ISSUES = 20;

// The sender decides how much is wrong; a reason has to stay readable and small.
function fewest(issues: readonly FieldIssue[]): readonly FieldIssue[] {
  if (issues.length <= MOST_ISSUES) return issues;
  return [
    ...issues.slice(0, MOST_ISSUES),
    { place: 'entry', message: `${issues.length - MOST_ISSUES} more fields are wrong` },
  ];
}

function isAuditPayload(fields: Fields, payload: Fields, issues: FieldIssue[]): boolean {
  const type = payload.text('@type');
  if (!fields.has('protoPayload')) {
    issues.push({ place: 'protoPayload', message: 'expected an audit entry, which has one; this entry has none' });
  } else if (type !== '' && !type.endsWith('google.cloud.audit.AuditLog')) {
    issues.push({
      place: 'protoPayload.@type',
      message: `expected google.cloud.audit.AuditLog, got ${JSON.stringify(type.slice(0, 80))}`,
    });
  } else if (
    !['serviceName', 'methodName', 'status', 'resourceName', 'authenticationInfo'].some((name) => payload.has(name))
  ) {
    issues.push({ place: 'protoPayload', message: 'expected the fields of an audit entry, got none of them' });
  }
  return issues.length === 0;
}

function denialOf(entry: Entry, fields: Fields, payload: Fields, receivedAt: Timestamp): Denial {
  const status = payload.object('status');
  const message = splitMessage(status.text('message'));
  const code = status.integer('code') ?? 0;
  const { errors, preconditions } = detailsOf(status);
  const resource = parseResourceName(payload.text('resourceName'));
  const method = payload.text('methodName');
  const caller = payload.object('authenticationInfo');
  const operation = fields.object('operation');
  const isOperationEnd = operation.flag('last') === true && operation.flag('first') !== true;
  const refused = readPermissions({
    code,
    message: message.text,
    errors,
    method,
    isOperationEnd,
    rows: rowsOf(payload),
  });
  const identity = identityOf(entry, fields, payload, receivedAt);
  return {
    entryId: identity.entryId,
    insertId: identity.insertId,
    logName: identity.logName,
    logProject: identity.logProject,
    origin: identity.origin,
    at: identity.at,
    service: payload.text('serviceName'),
    method,
    permissions: refused.permissions,
    permissionSource: refused.source,
    resource: resource.text,
    scope: resource.scope,
    location: resource.location,
    model: resource.model,
    refusedOn: refused.resources.map((name) => parseResourceName(name).scope),
    principal: parseCaller({
      principalSubject: caller.text('principalSubject'),
      principalEmail: caller.text('principalEmail'),
    }),
    delegation: caller.objects('serviceAccountDelegationInfo').map(delegateOf),
    serviceAccountKey: orNull(caller.text('serviceAccountKeyName')),
    originalPrincipal: orNull(caller.object('serviceDelegationHistory').text('originalPrincipal')),
    callerIp: orNull(payload.object('requestMetadata').text('callerIp')),
    status: { code, message: message.text },
    errors,
    preconditions,
    perimeter: readPerimeterViolation(payload, errors, preconditions, message.text, code),
    policyViolations: readPolicyViolations(payload, preconditions, message.text, code),
    dryRun: dryRunOf(payload.object('metadata')),
    troubleshooterLink: message.troubleshooterLink,
    errorInfoId: errors.map((error) => error.metadata.get('error_info_id') ?? '').find((id) => id !== '') ?? null,
    isOperationEnd,
  };
}

function identityOf(entry: Entry, fields: Fields, payload: Fields, receivedAt: Timestamp) {
  const logName = fields.text('logName');
  const insertId = fields.text('insertId');
  const requestTime = payload.object('requestMetadata').object('requestAttributes').text('time');
  const time = fields.text('timestamp');
  const receiveTime = fields.text('receiveTimestamp');
  const at = parseTimestamp(time) ?? parseTimestamp(receiveTime) ?? parseTimestamp(requestTime);
  const { logProject, isAuditLog } = parseLogName(logName);
  const isWhole = insertId !== '' && time !== '' && payload.text('serviceName') !== '';
  const origin: Denial['origin'] = isAuditLog && isWhole ? 'audit-log' : 'incomplete';
  const id = insertId === '' ? contentDigest(entry) : insertId;
  const entryId = entryIdStart(logName) + entryIdEnd(at ?? '', id);
  return { logName, insertId, logProject, origin, at: at ?? receivedAt, entryId };
}

// Anybody who may write log entries can write one of this shape, but only Cloud Audit Logs writes to these logs.
const AUDIT_LOG = /^projects\/[^/]+\/logs\/cloudaudit\.googleapis\.com(?:%2F|\/)(?:activity|data_access|policy)$/i;

const parseLogName = remembering((logName: string) => {
  const [collection, owner = ''] = logName.split('/');
  const logProject = collection === 'projects' ? parseProject(owner) : null;
  return { logProject, isAuditLog: AUDIT_LOG.test(logName) };
});

// Entries that tools have trimmed may lack an insertId; their content tells them apart then.
function contentDigest(entry: Entry): string {
  return `sha256:${digest([JSON.stringify(entry)])}`;
}

function rowsOf(payload: Fields) {
  return payload.objects('authorizationInfo').map((row) => ({
    permission: row.text('permission'),
    resource: row.text('resource'),
    isGranted: row.flag('granted') === true,
  }));
}

function delegateOf(link: Fields): Delegate {
  const email = link.object('firstPartyPrincipal').text('principalEmail');
  return { name: orNull(email === '' ? link.text('principalSubject') : email) };
}

function detailsOf(status: Fields) {
  const errors: ErrorInfo[] = [];
  const preconditions: PreconditionViolation[] = [];
  for (const detail of status.objects('details')) {
    const type = detail.text('@type');
    if (type.endsWith('google.rpc.ErrorInfo')) errors.push(errorInfoOf(detail));
    else if (type.endsWith('google.rpc.PreconditionFailure')) preconditions.push(...preconditionsOf(detail));
  }
  return { errors, preconditions };
}

function errorInfoOf(detail: Fields): ErrorInfo {
  return { reason: reasonOf(detail), domain: detail.text('domain'), metadata: detail.textMap('metadata') };
}

function reasonOf(detail: Fields): string {
  return errorReasonName(detail.isNumber('reason') ? (detail.integer('reason') ?? 0) : detail.text('reason'));
}

function preconditionsOf(detail: Fields): readonly PreconditionViolation[] {
  return detail.objects('violations').map((violation) => ({
    type: violation.text('type'),
    subject: violation.text('subject'),
    description: violation.text('description'),
  }));
}

// A dry-run entry has status 7 and severity ERROR although the call went through; enforced ones lack the field.
function dryRunOf(metadata: Fields): DryRun {
  if (metadata.text('@type').endsWith('OrgPolicyDryRunAuditMetadata')) {
    return metadata.text('liveResult') === 'DENIED' ? 'enforced' : 'organization-policy-dry-run';
  }
  return metadata.flag('dryRun') === true ? 'perimeter-dry-run' : 'enforced';
}
