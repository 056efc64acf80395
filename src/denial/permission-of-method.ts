import type { Permission } from '../iam/permission.ts';

const PREDICT = 'aiplatform.endpoints.predict';

/** The permission that Vertex AI checks for a method, by its last two parts (agent-platform audit-logging, iam-permissions). */
const BY_METHOD: ReadonlyMap<string, Permission> = new Map([
  ...[
    'PredictionService.GenerateContent',
    'PredictionService.StreamGenerateContent',
    'PredictionService.Predict',
    'PredictionService.PredictLongRunning',
    'PredictionService.RawPredict',
    'PredictionService.StreamRawPredict',
    'PredictionService.ServerStreamingPredict',
    'PredictionService.StreamingPredict',
    'PredictionService.DirectPredict',
    'PredictionService.DirectRawPredict',
    'PredictionService.StreamDirectPredict',
    'PredictionService.StreamDirectRawPredict',
    'PredictionService.StreamingRawPredict',
    'PredictionService.CountTokens',
    'PredictionService.EmbedContent',
    'PredictionService.ChatCompletions',
    'LlmUtilityService.CountTokens',
    'LlmUtilityService.ComputeTokens',
    'LlmBidiService.BidiGenerateContent',
  ].map((method): [string, Permission] => [method.toLowerCase(), PREDICT]),
  ['predictionservice.explain', 'aiplatform.endpoints.explain'],
  ['reasoningengineexecutionservice.queryreasoningengine', 'aiplatform.reasoningEngines.query'],
  ['reasoningengineexecutionservice.streamqueryreasoningengine', 'aiplatform.reasoningEngines.query'],
  ['reasoningengineexecutionservice.asyncqueryreasoningengine', 'aiplatform.reasoningEngines.query'],
  ['reasoningengineservice.createreasoningengine', 'aiplatform.reasoningEngines.create'],
]);

/** The service and verb of a method: `PredictionService.GenerateContent`, whatever the API version before it. */
export function shortMethod(method: string): string {
  return method.split('.').slice(-2).join('.');
}

/** What a method needs, or null when it is not known. Matches v1, v1beta1 and internal alike. */
export function permissionOfMethod(method: string): Permission | null {
  return BY_METHOD.get(shortMethod(method).toLowerCase()) ?? null;
}
