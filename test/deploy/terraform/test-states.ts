import { isRecord } from '../../../src/ingest/fields.ts';
import type { Workspace } from './terraform-program.ts';

type Values = Readonly<Record<string, unknown>>;

/** What a run of a Terraform test made: resources by address, such as `google_pubsub_topic.denials`, and outputs. */
export interface State {
  readonly resources: Readonly<Record<string, Values>>;
  readonly outputs: Values;
}

/** The results of all tests of a module. */
export interface TestResults {
  readonly summary: string;
  /** Messages of what failed. */
  readonly failures: readonly string[];
  /** By the name of the run. */
  readonly states: Readonly<Record<string, State>>;
}

/** Runs the tests of a module and reads what each run made. */
export async function runTests(workspace: Workspace): Promise<TestResults> {
  const { output } = await workspace.run(['test', '-json', '-verbose']);
  const lines = output.split('\n').flatMap(parseLine);
  const states = lines.flatMap((line) =>
    isRecord(line.test_state) ? [[String(line['@testrun']), stateOf(line.test_state)] as const] : [],
  );
  return {
    summary: lines.filter(({ type }) => type === 'test_summary').map((line) => String(line['@message']))[0] ?? output,
    failures: lines.filter((line) => line['@level'] === 'error').map((line) => JSON.stringify(line.diagnostic ?? line)),
    states: Object.fromEntries(states),
  };
}

function stateOf(state: Values): State {
  const root = isRecord(state.root_module) ? state.root_module : {};
  const resources = Array.isArray(root.resources) ? root.resources.filter(isRecord) : [];
  const outputs = isRecord(state.outputs) ? Object.entries(state.outputs) : [];
  return {
    resources: Object.fromEntries(
      resources.map(({ address, values }) => [String(address), isRecord(values) ? values : {}]),
    ),
    outputs: Object.fromEntries(outputs.map(([name, output]) => [name, isRecord(output) ? output.value : null])),
  };
}

function parseLine(line: string): readonly Values[] {
  if (!line.startsWith('{')) return [];
  const value: unknown = JSON.parse(line);
  return isRecord(value) ? [value] : [];
}
