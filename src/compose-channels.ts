import type { SlackTarget } from './channel-config.ts';
import { createChatChannel } from './channels/chat-channel.ts';
import { type ChannelLimits, guardChannel } from './channels/guard-channel.ts';
import { createPostJson } from './channels/post-json.ts';
import type { Rendering } from './channels/rendering.ts';
import { createSlackBotChannel, createSlackWebhookChannel } from './channels/slack-channels.ts';
import { createTeamsChannel } from './channels/teams-channel.ts';
import { createWebhookChannel } from './channels/webhook-channel.ts';
import type { Config } from './config.ts';
import type { EventLog } from './event-log.ts';
import { consoleLinks } from './report/console-links.ts';
import type { Channel } from './report/deliver.ts';
import type { Posting } from './report/posting.ts';
import { renderChat, renderDigestChat } from './report/render-chat.ts';
import { renderDigestSlack, renderSlack } from './report/render-slack.ts';
import { renderDigestTeams, renderTeams } from './report/render-teams.ts';

const SECOND = 1_000;

// What each medium takes by itself, and a little less: others post there too.
const SLACK: ChannelLimits = { messages: 1, intervalMilliseconds: SECOND };
const CHAT: ChannelLimits = { messages: 45, intervalMilliseconds: 60 * SECOND };
const TEAMS: ChannelLimits = { messages: 3, intervalMilliseconds: SECOND };
const WEBHOOK: ChannelLimits = { messages: 20, intervalMilliseconds: SECOND };

const SLACK_API = new URL('https://slack.com/api/');

/** The channels of people, and the webhook: all that is set up. */
export function composeChannels(settings: Config, events: EventLog, now: () => number): readonly Channel[] {
  const { slack, chat, teams, webhook } = settings.channels;
  // Only where nothing of Google's can be reached may a post stay on this machine.
  const post = createPostJson(settings.resourceManager.kind === 'local' ? 'public-and-loopback' : 'public');
  const wholeLink = wholeLinkOf(settings);
  const slackRendering = renderingOf(renderSlack, renderDigestSlack, wholeLink);
  return [
    ...(slack === null ? [] : [guardChannel(slackChannel(slack, post, slackRendering), SLACK, events)]),
    ...(chat === null
      ? []
      : [
          guardChannel(
            createChatChannel(chat, post, renderingOf(renderChat, renderDigestChat, wholeLink)),
            CHAT,
            events,
          ),
        ]),
    ...(teams === null
      ? []
      : [
          guardChannel(
            createTeamsChannel(teams, post, renderingOf(renderTeams, renderDigestTeams, wholeLink)),
            TEAMS,
            events,
          ),
        ]),
    ...(webhook === null ? [] : [guardChannel(createWebhookChannel(webhook, post, now), WEBHOOK, events)]),
  ];
}

function slackChannel(target: SlackTarget, post: ReturnType<typeof createPostJson>, render: Rendering): Channel {
  return target.kind === 'webhook'
    ? createSlackWebhookChannel(target.url, post, render)
    : createSlackBotChannel({ token: target.token, channel: target.channel, api: SLACK_API }, post, render);
}

function renderingOf(
  posting: (posting: Posting, wholeLink: string | null) => object,
  digest: Rendering['digest'],
  wholeLink: (posting: Posting) => string | null,
): Rendering {
  return { posting: (one) => posting(one, wholeLink(one)), digest };
}

// The whole report is on the console's page of its incident, and in Guestlist's own log, where these are set up.
function wholeLinkOf({ log, console: { origin } }: Config): (posting: Posting) => string | null {
  return ({ report }) => {
    if (origin !== null) return `${origin}/incidents/${encodeURIComponent(report.incident.id)}`;
    return log === null ? null : consoleLinks.logEntry(log.project, report.id, report.at);
  };
}
