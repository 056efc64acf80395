/** Parts of a demo entry that differ from one denial to the next. */
interface DemoEntry {
  readonly insertId: string;
  readonly project: string;
  readonly caller: Readonly<Record<string, unknown>>;
  readonly model?: string;
  /** When the call was refused, RFC 3339. */
  readonly at?: string;
}

/** When the calls of the demo were refused, where nobody says otherwise. */
const DENIED_AT = '2026-11-24T02:14:07.123456789Z';

const PREDICT = 'aiplatform.endpoints.predict';
const METHOD = 'google.cloud.aiplatform.v1.PredictionService.GenerateContent';

/** The audit entry of a Gemini call that was refused for want of a role. */
export function deniedCall({ insertId, project, caller, model = 'gemini-2.5-flash', at = DENIED_AT }: DemoEntry) {
  const resource = `projects/${project}/locations/us-central1/publishers/google/models/${model}`;
  return {
    ...envelope(insertId, project, 'data_access', at),
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'aiplatform.googleapis.com',
      methodName: METHOD,
      resourceName: resource,
      authenticationInfo: caller,
      requestMetadata: { callerIp: '203.0.113.40', callerSuppliedUserAgent: 'genai-sdk,gzip(gfe)' },
      authorizationInfo: [{ resource, permission: PREDICT, permissionType: 'DATA_READ', resourceAttributes: {} }],
      status: {
        code: 7,
        message: `Permission '${PREDICT}' denied on resource '//aiplatform.googleapis.com/${resource}' (or it may not exist).`,
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
            reason: 'IAM_PERMISSION_DENIED',
            domain: 'aiplatform.googleapis.com',
            metadata: { permission: PREDICT, resource },
          },
        ],
      },
    },
  };
}

/** The policy log's record of a call that a service perimeter blocked, or would have blocked. */
export function perimeterBlock(
  insertId: string,
  caller: Readonly<Record<string, unknown>>,
  dryRun: 'enforced' | 'dry-run',
  at: string = DENIED_AT,
) {
  const uniqueId = `demo-${insertId}`;
  return {
    ...envelope(insertId, 'acme-vision', 'policy', at),
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'aiplatform.googleapis.com',
      methodName: METHOD,
      resourceName: 'projects/444455556666',
      authenticationInfo: caller,
      requestMetadata: { callerIp: '198.51.100.7' },
      status: {
        code: 7,
        message: `Request is prohibited by organization's policy. vpcServiceControlsUniqueIdentifier: ${uniqueId}`,
        details: [
          {
            '@type': 'type.googleapis.com/google.rpc.PreconditionFailure',
            violations: [{ type: 'VPC_SERVICE_CONTROLS', description: uniqueId }],
          },
        ],
      },
      metadata: {
        '@type': 'type.googleapis.com/google.cloud.audit.VpcServiceControlAuditMetadata',
        vpcServiceControlsUniqueId: uniqueId,
        violationReason: 'NO_MATCHING_ACCESS_LEVEL',
        securityPolicyInfo: {
          organizationId: '123456789012',
          servicePerimeterName: 'accessPolicies/987654/servicePerimeters/models',
        },
        ingressViolations: [
          {
            targetResource: 'projects/444455556666',
            servicePerimeter: 'accessPolicies/987654/servicePerimeters/models',
            targetResourcePermissions: [PREDICT],
          },
        ],
        ...(dryRun === 'dry-run' ? { dryRun: true } : {}),
      },
    },
  };
}

/** The identity fields of a service account. */
export function asServiceAccount(email: string) {
  return { principalEmail: email, principalSubject: `serviceAccount:${email}` };
}

/** The identity fields of a person. */
export function asUser(email: string) {
  return { principalEmail: email, principalSubject: `user:${email}` };
}

function envelope(insertId: string, project: string, log: string, at: string) {
  return {
    insertId,
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2F${log}`,
    timestamp: at,
    receiveTimestamp: at,
    severity: 'ERROR',
    resource: {
      type: 'audited_resource',
      labels: { service: 'aiplatform.googleapis.com', method: METHOD, project_id: project },
    },
  };
}
