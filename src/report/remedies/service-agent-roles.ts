import { domainOf } from '../../iam/email.ts';

/** The role that Google gives each service agent of Vertex AI and its neighbours (iam/docs/service-agents). */
const ROLES: ReadonlyMap<string, string> = new Map([
  ['gcp-sa-aiplatform', 'roles/aiplatform.serviceAgent'],
  ['gcp-sa-aiplatform-cc', 'roles/aiplatform.customCodeServiceAgent'],
  ['gcp-sa-aiplatform-re', 'roles/aiplatform.reasoningEngineServiceAgent'],
  ['gcp-sa-vertex-rag', 'roles/aiplatform.ragServiceAgent'],
  ['gcp-sa-vertex-tune', 'roles/aiplatform.tuningServiceAgent'],
  ['gcp-sa-vertex-eval', 'roles/aiplatform.rapidevalServiceAgent'],
  ['gcp-sa-vertex-ex', 'roles/aiplatform.extensionServiceAgent'],
  ['gcp-sa-vertex-ex-cc', 'roles/aiplatform.extensionCustomCodeServiceAgent'],
  ['gcp-sa-vertex-mm', 'roles/aiplatform.modelMonitoringServiceAgent'],
  ['gcp-sa-vertex-nb', 'roles/aiplatform.notebookServiceAgent'],
  ['gcp-sa-vertex-op', 'roles/aiplatform.onlinePredictionServiceAgent'],
  ['gcp-sa-vertex-bp', 'roles/aiplatform.batchPredictionServiceAgent'],
  ['gcp-sa-notebooks', 'roles/notebooks.serviceAgent'],
  ['gcp-sa-discoveryengine', 'roles/discoveryengine.serviceAgent'],
  ['gcp-sa-dialogflow', 'roles/dialogflow.serviceAgent'],
  ['compute-system', 'roles/compute.serviceAgent'],
  ['container-engine-robot', 'roles/container.serviceAgent'],
  ['serverless-robot-prod', 'roles/run.serviceAgent'],
  ['gcf-admin-robot', 'roles/cloudfunctions.serviceAgent'],
]);

/** The role a service agent gets from Google, or null where it is not known here. */
export function roleOfServiceAgent(email: string): string | null {
  return ROLES.get(domainOf(email).replace(/\.iam\.gserviceaccount\.com$/, '')) ?? null;
}
