import { type Fields, orNull } from '../ingest/fields.ts';
import type { ErrorInfo, PerimeterDirection, PerimeterViolation, PreconditionViolation } from './denial.ts';

const MARKS = [
  'securityPolicyInfo',
  'vpcServiceControlsUniqueId',
  'violationReason',
  'ingressViolations',
  'egressViolations',
];
const PROHIBITED = /Request is prohibited by organization's policy/i;
const ID_IN_MESSAGE = /vpcServiceControlsUniqueIdentifier:\s*([A-Za-z0-9_-]{4,200})/;

/**
 * Reads what VPC Service Controls says of the call, or null when it says nothing. Known by the metadata (its `@type`,
 * or its fields where a tool has cut the type off), by the error reason, by the precondition, or by the message.
 */
export function readPerimeterViolation(
  payload: Fields,
  errors: readonly ErrorInfo[],
  preconditions: readonly PreconditionViolation[],
  message: string,
  code: number,
): PerimeterViolation | null {
  const metadata = payload.object('metadata');
  const isRecorded =
    metadata.text('@type').endsWith('VpcServiceControlAuditMetadata') || MARKS.some((name) => metadata.has(name));
  const error = errors.find((info) => info.reason === 'SECURITY_POLICY_VIOLATED') ?? null;
  const failed = preconditions.find((violation) => violation.type === 'VPC_SERVICE_CONTROLS') ?? null;
  const isTold = code === 7 && (error !== null || failed !== null || PROHIBITED.test(message));
  if (!isRecorded && !isTold) return null;
  const ids = [
    metadata.text('vpcServiceControlsUniqueId'),
    error?.metadata.get('uid') ?? '',
    failed?.description ?? '',
    ID_IN_MESSAGE.exec(message)?.[1] ?? '',
  ];
  return violationOf(payload, metadata, ids.find((id) => /^[A-Za-z0-9_-]{4,200}$/.test(id)) ?? null);
}

function violationOf(payload: Fields, metadata: Fields, uniqueId: string | null): PerimeterViolation {
  const [ingress] = metadata.objects('ingressViolations');
  const [egress] = metadata.objects('egressViolations');
  const first = ingress ?? egress;
  const reason = named(metadata.text('violationReason'));
  const perimeters = [
    first?.text('servicePerimeter') ?? '',
    metadata.object('securityPolicyInfo').text('servicePerimeterName'),
  ];
  return {
    uniqueId,
    reason,
    perimeter: named(perimeters.find((name) => name !== '') ?? ''),
    direction: directionOf(reason, ingress !== undefined, egress !== undefined),
    target: named(first?.text('targetResource') ?? ''),
    source: named(first?.text('source') ?? ''),
    permissions: few(first?.texts('targetResourcePermissions') ?? []),
    accessLevels: few(metadata.texts('accessLevels')),
    member: named(payload.text('resourceName')),
  };
}

// What is kept of a violation has to fit into a document of the ledger, whatever was sent.
const NAME_LIMIT = 1_000;
const LIST_LIMIT = 50;

function named(text: string): string | null {
  return orNull(text.slice(0, NAME_LIMIT));
}

function few(names: readonly string[]): readonly string[] {
  return names.slice(0, LIST_LIMIT).map((name) => name.slice(0, NAME_LIMIT));
}

function directionOf(reason: string | null, isIngress: boolean, isEgress: boolean): PerimeterDirection {
  if (reason === 'SERVICE_NOT_ALLOWED_FROM_VPC') return 'accessible-services';
  if (isIngress || reason === 'NO_MATCHING_ACCESS_LEVEL' || reason === 'NETWORK_NOT_IN_SAME_SERVICE_PERIMETER')
    return 'ingress';
  return isEgress ? 'egress' : 'unknown';
}
