import type { Permission } from '../iam/permission.ts';
import type { Principal } from '../iam/principal.ts';
import type { ProjectRef } from '../iam/project.ts';
import type { ResourceScope } from '../iam/resource-name.ts';
import type { Timestamp } from '../iam/timestamp.ts';

/** The facts of one audited call, parsed once: who, which permissions, on what, when, and how it was answered. */
export interface Denial {
  /** `logName`, `timestamp` and `insertId`, which Cloud Logging says tell entries apart (log_entry.proto). */
  readonly entryId: string;
  readonly insertId: string;
  readonly logName: string;
  /** The project whose log holds the entry; null for logs of folders and organizations. */
  readonly logProject: ProjectRef | null;
  /** Whether the entry has all that Cloud Audit Logs gives an entry, and lies in an audit log of its own. */
  readonly origin: 'audit-log' | 'incomplete';
  readonly at: Timestamp;
  readonly service: string;
  readonly method: string;
  /** Every refused permission, in the order of the entry, each once. */
  readonly permissions: readonly Permission[];
  readonly permissionSource: PermissionSource;
  readonly resource: string;
  readonly scope: ResourceScope;
  readonly location: string | null;
  readonly model: string | null;
  /** What the refused rows and the error name besides the resource; in an honest entry all of it is in one project. */
  readonly refusedOn: readonly ResourceScope[];
  readonly principal: Principal;
  readonly delegation: readonly Delegate[];
  readonly serviceAccountKey: string | null;
  /** The caller behind a service agent, where the agent says (`serviceDelegationHistory`). */
  readonly originalPrincipal: string | null;
  readonly callerIp: string | null;
  readonly status: Status;
  readonly errors: readonly ErrorInfo[];
  readonly preconditions: readonly PreconditionViolation[];
  readonly perimeter: PerimeterViolation | null;
  /** Organization policy constraints that the call violated; empty where none did. */
  readonly policyViolations: readonly PolicyViolation[];
  readonly dryRun: DryRun;
  /** Link to the Policy Troubleshooter that newer denial messages carry. */
  readonly troubleshooterLink: string | null;
  /** Id by which the Policy Troubleshooter explains this very error (`error_info_id`). */
  readonly errorInfoId: string | null;
  /** True for the closing entry of a long-running call, which repeats no authorization. */
  readonly isOperationEnd: boolean;
}

/** Where the refused permissions were read: only the first two name them as Google checked them. */
export type PermissionSource = 'authorization-info' | 'contradictory' | 'error-info' | 'message' | 'method' | 'none';

/** gRPC status of the call. Code 0 with an empty message stands for success. */
export interface Status {
  readonly code: number;
  readonly message: string;
}

/** One link of `serviceAccountDelegationInfo`, the root first; null where the link names nobody. */
export interface Delegate {
  readonly name: string | null;
}

/** `google.rpc.ErrorInfo` of the status. */
export interface ErrorInfo {
  readonly reason: string;
  readonly domain: string;
  readonly metadata: ReadonlyMap<string, string>;
}

/** One violation of `google.rpc.PreconditionFailure`. */
export interface PreconditionViolation {
  readonly type: string;
  readonly subject: string;
  readonly description: string;
}

/** One violated constraint of an organization policy. */
export interface PolicyViolation {
  /** `constraints/…`, or empty where only the message tells that there was one. */
  readonly constraint: string;
  /** The value that was checked, or that has to be added to the allowed ones. */
  readonly value: string | null;
  readonly text: string;
}

/** Whether the entry only says what would have been refused. */
export type DryRun = 'enforced' | 'perimeter-dry-run' | 'organization-policy-dry-run';

/** What VPC Service Controls says of a blocked call (vpc-service-controls/docs/audit-logging). */
export interface PerimeterViolation {
  readonly uniqueId: string | null;
  readonly reason: string | null;
  readonly perimeter: string | null;
  readonly direction: PerimeterDirection;
  /** The side of the violation that a rule has to name: target of an ingress, target of an egress. */
  readonly target: string | null;
  /** The protected side of an egress. */
  readonly source: string | null;
  readonly permissions: readonly string[];
  readonly accessLevels: readonly string[];
  /** `protoPayload.resourceName`: on the perimeter's side of the call. */
  readonly member: string | null;
}

/** Which kind of rule would let the call through. */
export type PerimeterDirection = 'ingress' | 'egress' | 'accessible-services' | 'unknown';
