import { briefingOf } from '../report/briefing.ts';
import { ALWAYS, type Channel } from '../report/deliver.ts';
import { type Digest, digestHeadline } from '../report/digest-report.ts';
import type { Posting } from '../report/posting.ts';
import type { Report } from '../report/report.ts';
import type { LogLine, WriteLog } from './logging-client.ts';

/** Reports as entries of Guestlist's own log. The insert id is the report's, so a second delivery shows once. */
export function createLoggingChannel(write: WriteLog): Channel {
  return {
    name: ALWAYS,
    hears: 'everything',
    send: async (posting) => {
      await write([lineOf(posting)]);
      return null;
    },
    sendDigest: (digest) => write([digestLine(digest)]),
  };
}

function digestLine(digest: Digest): LogLine {
  return {
    severity: 'INFO',
    insertId: digest.id,
    timestamp: new Date(digest.to),
    labels: { guestlist_digest: digest.id },
    payload: { message: `Guestlist digest: ${digestHeadline(digest)}`, ...digest },
    split: null,
  };
}

function lineOf(posting: Posting): LogLine {
  const { report, news } = posting;
  const { what, next } = briefingOf(posting);
  return {
    severity: severityOf(report),
    insertId: report.id,
    timestamp: new Date(report.at),
    labels: {
      guestlist_cause: report.diagnosis.cause,
      guestlist_decision: report.decision.kind,
      guestlist_outcome: report.outcome.kind,
      guestlist_incident: report.incident.id,
      guestlist_news: news,
    },
    payload: { message: `${what} ${next}`, ...report },
    split: null,
  };
}

function severityOf(report: Report): LogLine['severity'] {
  if (report.diagnosis.cause === 'own-call') return 'ALERT';
  switch (report.outcome.kind) {
    case 'refused':
    case 'failed':
      return 'ERROR';
    case 'proposed':
    case 'advised':
      return 'WARNING';
    case 'applied':
    case 'already-granted':
      return 'NOTICE';
    case 'ignored':
      return 'INFO';
  }
}
