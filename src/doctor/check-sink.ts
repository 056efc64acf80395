import { type Check, type CheckResult, type Installation, notLookedAt, ok, type Sink, wrong } from './installation.ts';

const NAME = 'sink';

/** The sink has to forward refusals of everything below it, to the topic, and must not keep them from others. */
export const checkSink: Check = (installation) => {
  const { sink } = installation;
  if (sink.kind !== 'known') return [notLookedAt(NAME, 'the log sink', sink)];
  const faults = faultsOf(sink.value);
  return [
    ...(faults.length === 0 ? [ok(NAME, `${sink.value.name} forwards to ${sink.value.destination}`)] : faults),
    ...checkWriter(sink.value, installation),
  ];
};

function faultsOf(sink: Sink): readonly CheckResult[] {
  const again = 'Apply the deployment again.';
  return [
    ...(sink.isDisabled ? [wrong(NAME, `${sink.name} is switched off`, 'Switch it on in the Log Router.')] : []),
    ...(sink.includesChildren ? [] : [wrong(NAME, `${sink.name} does not include child resources`, again)]),
    ...(sink.isIntercepting
      ? [wrong(NAME, `${sink.name} intercepts: sinks of projects no longer get what it matches`, again)]
      : []),
    ...(sink.destination.startsWith('pubsub.googleapis.com/')
      ? []
      : [wrong(NAME, `${sink.name} goes to ${sink.destination}, which is no Pub/Sub topic`, again)]),
    ...['aiplatform.googleapis.com', 'protoPayload.status.code=7', 'dryRun'].flatMap((part) =>
      sink.filter.includes(part) ? [] : [wrong(NAME, `the filter of ${sink.name} does not mention ${part}`, again)],
    ),
  ];
}

function checkWriter(sink: Sink, { topicBindings }: Installation): readonly CheckResult[] {
  const name = 'publishers';
  if (topicBindings.kind !== 'known') return [notLookedAt(name, 'who may publish to the topic', topicBindings)];
  const publishers = topicBindings.value.filter(({ role }) => PUBLISHING.has(role)).map(({ member }) => member);
  const others = publishers.filter((member) => member !== sink.writer);
  return [
    publishers.includes(sink.writer)
      ? ok(name, `the sink may publish to its topic`)
      : wrong(
          name,
          `the sink's writer ${sink.writer} may not publish to its topic`,
          `Grant it roles/pubsub.publisher on the topic, or apply the deployment again.`,
        ),
    ...(others.length === 0
      ? []
      : [
          wrong(
            name,
            `so may ${others.join(', ')}: whoever may publish can send forged entries`,
            'Remove them from the topic.',
          ),
        ]),
  ];
}

const PUBLISHING: ReadonlySet<string> = new Set([
  'roles/pubsub.publisher',
  'roles/pubsub.editor',
  'roles/pubsub.admin',
  'roles/owner',
  'roles/editor',
]);
