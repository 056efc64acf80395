/** Names of the error reasons by their number in google/api/error_reason.proto; entries carry either. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'SERVICE_DISABLED'],
  [2, 'BILLING_DISABLED'],
  [3, 'API_KEY_INVALID'],
  [4, 'API_KEY_SERVICE_BLOCKED'],
  [5, 'RATE_LIMIT_EXCEEDED'],
  [6, 'RESOURCE_QUOTA_EXCEEDED'],
  [7, 'API_KEY_HTTP_REFERRER_BLOCKED'],
  [8, 'API_KEY_IP_ADDRESS_BLOCKED'],
  [9, 'API_KEY_ANDROID_APP_BLOCKED'],
  [10, 'LOCATION_TAX_POLICY_VIOLATED'],
  [11, 'USER_PROJECT_DENIED'],
  [12, 'CONSUMER_SUSPENDED'],
  [13, 'API_KEY_IOS_APP_BLOCKED'],
  [14, 'CONSUMER_INVALID'],
  [15, 'SECURITY_POLICY_VIOLATED'],
  [16, 'ACCESS_TOKEN_EXPIRED'],
  [17, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'],
  [18, 'ACCOUNT_STATE_INVALID'],
  [19, 'ACCESS_TOKEN_TYPE_UNSUPPORTED'],
  [20, 'CREDENTIALS_MISSING'],
  [21, 'RESOURCE_PROJECT_INVALID'],
  [23, 'SESSION_COOKIE_INVALID'],
  [24, 'USER_BLOCKED_BY_ADMIN'],
  [25, 'RESOURCE_USAGE_RESTRICTION_VIOLATED'],
  [27, 'ORG_RESTRICTION_VIOLATION'],
  [28, 'ORG_RESTRICTION_HEADER_INVALID'],
  [30, 'GCP_SUSPENDED'],
  [31, 'LOCATION_POLICY_VIOLATED'],
  [35, 'LOCATION_ORG_POLICY_VIOLATED'],
  [36, 'TLS_ORG_POLICY_VIOLATED'],
  [41, 'IAM_PERMISSION_DENIED'],
  [42, 'JWT_TOKEN_INVALID'],
  [43, 'CREDENTIAL_TYPE_UNSUPPORTED'],
  [44, 'ACCOUNT_TYPE_UNSUPPORTED'],
  [45, 'ENDPOINT_USAGE_RESTRICTION_VIOLATED'],
  [46, 'TLS_CIPHER_RESTRICTION_VIOLATED'],
  [47, 'MCP_SERVER_DISABLED'],
]);

/** The name of a reason that came as a name, a number or a number in quotes; what is not known stays as it came. */
export function errorReasonName(reason: string | number): string {
  const number = typeof reason === 'number' ? reason : /^[0-9]{1,4}$/.test(reason) ? Number(reason) : null;
  return number === null ? String(reason) : (NAMES.get(number) ?? `REASON_${number}`);
}
