/** A condition of a binding; bindings are the same only when all parts are (iam/docs/allow-policies). */
export interface Condition {
  readonly title: string;
  readonly description: string;
  readonly expression: string;
  readonly location: string;
}

/** Members that hold one role, always or under one condition. */
export interface Binding {
  readonly role: string;
  readonly members: readonly string[];
  readonly condition: Condition | null;
}

/** Which calls of a service are logged, and for whom they are not. */
export interface AuditConfig {
  readonly service: string;
  readonly auditLogConfigs: readonly { readonly logType: string; readonly exemptedMembers: readonly string[] }[];
}

/**
 * An allow policy as Resource Manager gives it at version 3. `etag` is base64. `auditConfigs` is carried so that a
 * change can be shown to leave it alone; it is never written.
 */
export interface Policy {
  readonly version: number;
  readonly etag: string;
  readonly bindings: readonly Binding[];
  readonly auditConfigs: readonly AuditConfig[];
}

/** The one binding that a change adds: one member, one role, at most one condition. */
export interface GrantBinding {
  readonly role: string;
  readonly member: string;
  readonly condition: Condition | null;
}

/** True when both are absent or equal in expression, title, description and location, which is how gcloud merges. */
export function isSameCondition(one: Condition | null, other: Condition | null): boolean {
  if (one === null || other === null) return one === other;
  return (
    one.expression === other.expression &&
    one.title === other.title &&
    one.description === other.description &&
    one.location === other.location
  );
}

/** True when the role name shows that the policy was read below version 3 and its conditions were cut off. */
export function hasLostCondition(binding: Binding): boolean {
  return binding.role.includes('_withcond_');
}
