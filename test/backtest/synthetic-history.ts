/** How a made-up history looks. The same numbers give the same history. */
export interface HistoryShape {
  readonly entries: number;
  readonly seed: number;
  readonly days: number;
  readonly projects: number;
  /** How many problems there are: one caller that is refused one thing for some time. */
  readonly problems: number;
}

export const USUAL_SHAPE: HistoryShape = { entries: 10_000, seed: 1, days: 30, projects: 60, problems: 1_500 };

const START = Date.parse('2026-10-24T00:00:00Z');
const DAY_MILLISECONDS = 86_400_000;
const METHODS = ['GenerateContent', 'StreamGenerateContent', 'Predict', 'RawPredict'] as const;
const MODELS = ['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.0-flash-001', 'text-embedding-005'] as const;
const LOCATIONS = ['us-central1', 'europe-west4', 'global'] as const;

/** One caller that is refused one thing, from when to when, and how often compared with others. */
interface Problem {
  readonly kind: ProblemKind;
  readonly project: number;
  readonly caller: string;
  readonly model: string;
  readonly location: string;
  readonly method: string;
  readonly from: number;
  readonly to: number;
}

const KINDS = [
  ['missing-role', 62],
  ['person', 10],
  ['cross-project', 8],
  ['throttled', 7],
  ['perimeter', 5],
  ['another-permission', 4],
  ['service-disabled', 2],
  ['succeeded', 2],
] as const;
type ProblemKind = (typeof KINDS)[number][0];

/**
 * The lines of a made-up history of refused Vertex AI calls, as an export of Cloud Logging has them: nearly in order of
 * time, about one in 200 twice. A few problems make most of the entries, as in real logs.
 */
export function* syntheticHistory(shape: HistoryShape): Generator<string> {
  const random = randomNumbers(shape.seed);
  const span = shape.days * DAY_MILLISECONDS;
  const problems = Array.from({ length: shape.problems }, (_, index) => problemOf(index, shape, span, random));
  let last = '';
  for (let number = 0; number < shape.entries; number += 1) {
    if (last !== '' && random() < 0.005) {
      yield last;
      continue;
    }
    const elapsed = (number / shape.entries) * span;
    const problem = pickActive(problems, elapsed, random);
    last = JSON.stringify(entryOf(problem, START + elapsed - random() * 2_000, number, random));
    yield last;
  }
}

function problemOf(index: number, { projects }: HistoryShape, span: number, random: () => number): Problem {
  const project = Math.floor(random() * projects);
  const kind = kindOf(random() * 100);
  const from = random() * span;
  return {
    kind,
    project,
    caller: callerOf(kind, index, project, projects),
    model: pick(MODELS, random),
    location: pick(LOCATIONS, random),
    method: pick(METHODS, random),
    from,
    to: from + (0.05 + random() ** 4 * 20) * DAY_MILLISECONDS,
  };
}

function kindOf(share: number): ProblemKind {
  let rest = share;
  for (const [kind, percent] of KINDS) {
    if (rest < percent) return kind;
    rest -= percent;
  }
  return 'missing-role';
}

function callerOf(kind: ProblemKind, index: number, project: number, projects: number): string {
  if (kind === 'person') return `person-${index % 400}@example.com`;
  const home = kind === 'cross-project' ? (project + 1) % projects : project;
  return `app-${index % 7}@${projectId(home)}.iam.gserviceaccount.com`;
}

// The first problems are the busiest. Where none of some tries is under way, the last one tried is taken.
function pickActive(problems: readonly Problem[], elapsed: number, random: () => number): Problem {
  let problem = problems[0];
  for (let tries = 0; tries < 40; tries += 1) {
    problem = problems[Math.floor(random() ** 2 * problems.length)];
    if (problem !== undefined && problem.from <= elapsed && elapsed <= problem.to) break;
  }
  if (problem === undefined) throw new Error('a history needs at least one problem');
  return problem;
}

function entryOf(problem: Problem, at: number, number: number, random: () => number) {
  const time = timestamp(at, random);
  const isPolicy = problem.kind === 'perimeter';
  const project = projectId(problem.project);
  const method = `google.cloud.aiplatform.v1.PredictionService.${problem.method}`;
  return {
    protoPayload: payloadOf(problem, project, method, time, random),
    insertId: `${number.toString(36)}${Math.floor(random() * 1e9).toString(36)}`,
    resource: {
      type: 'audited_resource',
      labels: { service: 'aiplatform.googleapis.com', method, project_id: project },
    },
    timestamp: time,
    severity: problem.kind === 'succeeded' ? 'INFO' : 'ERROR',
    logName: `projects/${project}/logs/cloudaudit.googleapis.com%2F${isPolicy ? 'policy' : 'data_access'}`,
    receiveTimestamp: timestamp(at + 700, random),
  };
}

function payloadOf(problem: Problem, project: string, method: string, time: string, random: () => number) {
  const { kind, caller, location, model } = problem;
  const permission = kind === 'another-permission' ? 'aiplatform.models.delete' : 'aiplatform.endpoints.predict';
  const resource = `projects/${project}/locations/${location}/publishers/google/models/${model}`;
  const subject = kind === 'person' ? `user:${caller}` : `serviceAccount:${caller}`;
  return {
    '@type': 'type.googleapis.com/google.cloud.audit.AuditLog',
    ...statusOf(kind, permission, resource),
    authenticationInfo: { principalEmail: caller, principalSubject: subject },
    requestMetadata: {
      callerIp: `203.0.113.${Math.floor(random() * 200)}`,
      callerSuppliedUserAgent: 'google-genai-sdk/1.47.0 gl-python/3.12.11,gzip(gfe)',
      requestAttributes: { time, auth: {} },
      destinationAttributes: {},
    },
    serviceName: 'aiplatform.googleapis.com',
    methodName: method,
    ...(kind === 'perimeter'
      ? { resourceName: `projects/${1_000_000_000 + problem.project}`, metadata: perimeterOf(problem.project) }
      : {
          authorizationInfo: [
            {
              resource,
              permission,
              resourceAttributes: {},
              permissionType: 'DATA_READ',
              ...(kind === 'throttled' || kind === 'succeeded' ? { granted: true } : {}),
            },
          ],
          resourceName: resource,
        }),
    resourceLocation: { currentLocations: [location] },
  };
}

function statusOf(kind: ProblemKind, permission: string, resource: string): { readonly status: object } {
  switch (kind) {
    case 'succeeded':
      return { status: {} };
    case 'throttled':
      return { status: { code: 8, message: 'Resource exhausted. Please try again later.' } };
    case 'perimeter':
      return { status: { code: 7, message: "Request is prohibited by organization's policy." } };
    case 'service-disabled':
      return {
        status: { code: 7, message: 'Vertex AI API has not been used.', details: [reasonOf('SERVICE_DISABLED', {})] },
      };
    case 'missing-role':
    case 'person':
    case 'cross-project':
    case 'another-permission':
      return {
        status: {
          code: 7,
          message: `Permission '${permission}' denied on resource '//aiplatform.googleapis.com/${resource}' (or it may not exist).`,
          details: [reasonOf('IAM_PERMISSION_DENIED', { permission, resource })],
        },
      };
  }
}

function reasonOf(reason: string, metadata: object): object {
  return {
    '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
    reason,
    domain: 'aiplatform.googleapis.com',
    metadata,
  };
}

function perimeterOf(project: number): object {
  return {
    '@type': 'type.googleapis.com/google.cloud.audit.VpcServiceControlAuditMetadata',
    vpcServiceControlsUniqueId: `unique-${project}`,
    violationReason: 'NO_MATCHING_ACCESS_LEVEL',
    securityPolicyInfo: { servicePerimeterName: 'accessPolicies/1/servicePerimeters/models' },
  };
}

function projectId(number: number): string {
  return `acme-team-${String(number).padStart(3, '0')}`;
}

function timestamp(at: number, random: () => number): string {
  const nanoseconds = String(Math.floor(random() * 1e6)).padStart(6, '0');
  return new Date(at).toISOString().replace('Z', `${nanoseconds}Z`);
}

function pick<T>(values: readonly [T, ...T[]], random: () => number): T {
  return values[Math.floor(random() * values.length)] ?? values[0];
}

// Mulberry32, public domain: the same seed gives the same numbers from 0 up to 1.
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
