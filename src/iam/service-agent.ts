import { domainOf } from './email.ts';

/**
 * Domains of Google's service agents that do not follow the `gcp-sa-NAME` pattern
 * (iam/docs/service-agents, read 2026-05-30). `cloudbuild` is the legacy build account, which Google lists here too.
 */
const OTHER_DOMAINS: ReadonlySet<string> = new Set([
  'cloudbuild.gserviceaccount.com',
  'cloudservices.gserviceaccount.com',
  'system.gserviceaccount.com',
  ...[
    'bigquery-encryption',
    'cloud-filer',
    'cloud-memcache-sa',
    'cloud-ml',
    'cloud-redis',
    'cloud-tpu',
    'cloudcomposer-accounts',
    'compute-system',
    'container-analysis',
    'container-engine-robot',
    'containerregistry',
    'dataflow-service-producer-prod',
    'dataproc-accounts',
    'dlp-api',
    'firebase-rules',
    'gae-api-prod',
    'gcf-admin-robot',
    'gcp-gae-service',
    'gs-project-accounts',
    'remotebuildexecution',
    'security-center-api',
    'serverless-robot-prod',
    'service-consumer-management',
    'service-networking',
    'storage-transfer-service',
  ].map((name) => `${name}.iam.gserviceaccount.com`),
]);

// Project ids never start with these prefixes, so no customer's service account can have such a domain.
const AGENT_DOMAIN = /^gcp-(?:sa|ri)-[a-z0-9-]+\.iam\.gserviceaccount\.com$/;

/** True when the address is one of Google's service agents. Told by the domain: the local part varies. */
export function isServiceAgent(email: string): boolean {
  const domain = domainOf(email);
  return OTHER_DOMAINS.has(domain) || AGENT_DOMAIN.test(domain);
}

/** Roles that only service agents may hold end in `serviceAgent`, whatever the service. */
export function isServiceAgentRole(role: string): boolean {
  return role.toLowerCase().endsWith('serviceagent');
}
