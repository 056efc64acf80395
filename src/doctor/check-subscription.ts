import {
  type Check,
  type CheckResult,
  type Installation,
  note,
  notLookedAt,
  ok,
  type PushSubscription,
  wrong,
} from './installation.ts';

const NAME = 'subscription';
const AGAIN = 'Apply the deployment again.';

/** The subscription has to push to the function, with a token that the function takes, and lose nothing. */
export const checkSubscription: Check = ({ subscription, sink, push }) => {
  if (subscription.kind !== 'known') return [notLookedAt(NAME, 'the push subscription', subscription)];
  const { value } = subscription;
  const topic = sink.kind === 'known' ? sink.value.destination.replace('pubsub.googleapis.com/', '') : null;
  const faults = [...deliveryFaults(value, topic), ...tokenFaults(value, push)];
  return faults.length === 0 ? [ok(NAME, `${value.name} pushes to ${value.endpoint}`)] : faults;
};

function deliveryFaults(
  { name, topic, endpoint, deadLetterTopic, expires }: PushSubscription,
  expected: string | null,
): readonly CheckResult[] {
  return [
    ...(expected === null || expected === topic
      ? []
      : [wrong(NAME, `${name} reads ${topic}, and the sink writes to ${expected}`, AGAIN)]),
    ...(endpoint === '' ? [wrong(NAME, `${name} pushes nowhere`, AGAIN)] : []),
    ...(deadLetterTopic === ''
      ? [wrong(NAME, `${name} has no dead-letter topic: what fails for long is lost`, AGAIN)]
      : []),
    ...(expires === 'never'
      ? []
      : [wrong(NAME, `${name} is deleted when nothing is refused for a month`, 'Set its expiration to never.')]),
  ];
}

function tokenFaults(
  { name, account, audience }: PushSubscription,
  push: Installation['push'],
): readonly CheckResult[] {
  if (account === '') return [wrong(NAME, `${name} pushes without a token`, AGAIN)];
  if (push === null)
    return [note(NAME, 'the function does not verify tokens itself (GUESTLIST_PUSH_AUDIENCE); Cloud Run may')];
  const isSame = push.account === account && push.audience === audience;
  return isSame
    ? []
    : [
        wrong(
          NAME,
          `${name} pushes as ${account} for ${audience}, and the function expects ${push.account} for ${push.audience}`,
          AGAIN,
        ),
      ];
}
