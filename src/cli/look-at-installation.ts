import type { Config } from '../config.ts';
import { type Finding, known, notReadable } from '../diagnosis/evidence.ts';
import type { Installation } from '../doctor/installation.ts';
import { readSink, readSubscription, readTopicBindings, type SubscriptionName } from '../google/installation-reader.ts';
import type { TopicName } from '../google/pubsub-topic.ts';
import type { Policy } from '../iam/policy.ts';
import { isSameMember } from '../iam/principal.ts';
import { isCustomRole, predefinedAiRole, type Role } from '../iam/role.ts';
import type { Pipeline } from '../pipeline-ports.ts';
import { Redeliver } from '../redeliver.ts';

/** What of an installation is looked at, by name. */
export interface InstallationNames {
  /** `organizations/N/sinks/NAME`. */
  readonly sink: string;
  readonly subscription: SubscriptionName;
}

/** Reads everything that an installation is checked by. Writes nothing. */
export async function lookAtInstallation(
  names: InstallationNames,
  config: Config,
  pipeline: Pipeline,
): Promise<Installation> {
  const allowlist = await pipeline.allowlist();
  const [organization, sink, subscription] = await Promise.all([
    pipeline.evidence.policies.readPolicy(`organizations/${allowlist.organization}`),
    readSink(names.sink, config.logging),
    readSubscription(names.subscription),
  ]);
  const topic = sink.kind === 'known' ? parseTopic(sink.value.destination) : null;
  return {
    allowlist,
    identity: pipeline.identity,
    organization,
    sink,
    subscription,
    topicBindings: topic === null ? notReadable('the sink names no topic') : await readTopicBindings(topic),
    roles: await rolesOf(organization, pipeline),
    push: config.pushIdentity,
    ledger: await askLedger(pipeline),
    channels: pipeline.channels.map(({ name }) => name),
  };
}

/** The topic that a sink writes to, or null where it is none. */
export function parseTopic(destination: string): TopicName | null {
  const [, project, topic] = /^pubsub\.googleapis\.com\/projects\/([^/]+)\/topics\/([^/]+)$/.exec(destination) ?? [];
  return project === undefined || topic === undefined ? null : { project, topic };
}

async function rolesOf(
  organization: Finding<Policy>,
  { identity, evidence }: Pipeline,
): Promise<ReadonlyMap<string, Finding<Role>>> {
  if (organization.kind !== 'known' || identity.kind !== 'account') return new Map();
  const member = `serviceAccount:${identity.email}`;
  const bound = organization.value.bindings.filter(({ members }) =>
    members.some((other) => isSameMember(other, member)),
  );
  const reads = [...new Set(bound.map(({ role }) => role))].map(
    async (role): Promise<[string, Finding<Role>]> => [role, await readRole(role, evidence)],
  );
  return new Map(await Promise.all(reads));
}

async function readRole(name: string, { roles }: Pipeline['evidence']): Promise<Finding<Role>> {
  if (isCustomRole(name)) return roles.readRole(name);
  const role = predefinedAiRole(name);
  return role === null ? notReadable(`the permissions of ${name} are not known here`) : known(role);
}

async function askLedger({ ledger }: Pipeline): Promise<Installation['ledger']> {
  try {
    await ledger.lastDigestAt();
    return known('answers');
  } catch (error) {
    if (error instanceof Redeliver) return notReadable(error.message);
    throw error;
  }
}
