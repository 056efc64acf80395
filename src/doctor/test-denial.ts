/** The method of a test denial: no API has it, and it shows in the report what it is. */
export const TEST_METHOD = 'guestlist.doctor.Test';

/**
 * An entry that goes the whole way of a refusal and cannot lead to a grant: it is told as throttled. `token` makes it an
 * incident of its own, `at` is RFC 3339.
 */
export function testDenial(project: string, token: string, at: string): Readonly<Record<string, unknown>> {
  return {
    insertId: `guestlist-doctor-${token}`,
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2Fdata_access`,
    timestamp: at,
    receiveTimestamp: at,
    severity: 'ERROR',
    resource: {
      type: 'audited_resource',
      labels: { service: 'aiplatform.googleapis.com', method: TEST_METHOD, project_id: project },
    },
    protoPayload: {
      '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
      serviceName: 'aiplatform.googleapis.com',
      methodName: TEST_METHOD,
      resourceName: `projects/${project}/locations/test/publishers/google/models/guestlist-doctor-${token}`,
      authenticationInfo: { principalEmail: `guestlist-doctor-${token}@${project}.iam.gserviceaccount.com` },
      status: { code: 8, message: 'This is a test of Guestlist. Nothing was refused, and nothing is to be done.' },
    },
  };
}
