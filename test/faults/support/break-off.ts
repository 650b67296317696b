import assert from 'node:assert/strict';
import type {ExportedHistory} from '../../../src/client.ts';
import {referenceText, referenceTokens} from '../../support/reference-answer.ts';
import type {LedgerEntry} from '../../support/scenario.ts';
import type {ScriptedServer} from '../../support/scripted-server.ts';
import {integer} from '../../support/seeded-random.ts';
import {type PageUrl, type Tab, until} from './driven.ts';
import type {Report} from './page.ts';

const QUESTION = 'Explain streaming.';
/**
 * Milliseconds; what was on screen for longer than this is on disk. 300 is what the journal promises on a machine of
 * its own; with the other tests, and engines side by side, only the machine would be tested by that.
 */
export const SAVED_AFTER = process.env['KILLS'] ? 300 : 1000;
/** Milliseconds over which the ends are spread; about as long as the answer takes. */
const SPREAD = 2000;

/** Each way to go on in turn, and one where the user decides. */
const policies = [
  {resume: 'none', continuation: 'auto'},
  {resume: 'offered', continuation: 'auto'},
  {resume: 'none', continuation: 'manual'},
] as const;

export interface BreakOffOptions {
  readonly server: ScriptedServer;
  readonly urlOf: PageUrl;
  readonly tab: Tab;
  readonly random: () => number;
  /** How many pages end, over the length of an answer. */
  readonly times: number;
  /** Ends the page that runs, and opens the URL again. Resolves with the tab that has it. */
  leave(url: string, tab: Tab, time: number): Promise<Tab>;
}

/** What became of all these answers. */
export interface BrokenOff {
  /** Answers that went on from less than had been promised. */
  readonly lost: number;
  /** Answers that came twice, in part or as a whole. */
  readonly doubled: number;
  /** Pages that ended in the middle of the text, and not before or after it. */
  readonly midway: number;
}

/**
 * Asks again and again, ends the page at a random moment of each answer, and opens it again. The answer must then be
 * what the page had promised to keep, become whole by at most one more request, and stay so in the history.
 */
export async function breakOff(options: BreakOffOptions): Promise<BrokenOff> {
  const {server, urlOf, random, times, leave} = options;
  let {tab} = options;
  let lost = 0;
  let doubled = 0;
  let midway = 0;
  let conversations = 0;
  for (let time = 0; time < times; time++) {
    const where = `point ${time} of ${times}`;
    const {resume, continuation} = policies[time % policies.length]!;
    const responses = [{chunks: integer(random, 0, 2 ** 31), pause: 4}];
    const {endpoint, ledger} = server.serve(
      {dialect: 'token', tokens: referenceTokens, resume, responses},
      // A page that may not go on by itself is asked to once.
      {continuation, partial: {text: '', attempt: 0, continuations: 0, byUser: continuation === 'manual'}},
    );
    const url = urlOf({endpoint, continuation});
    await tab.open(url);
    await tab.evaluate('chat.newConversation()');
    await tab.evaluate(`void chat.send(${JSON.stringify(QUESTION)})`);
    const end = Date.now() + ((time + random()) / times) * SPREAD;
    let last: Report;
    do last = await tab.evaluate<Report>('report()');
    while (Date.now() < end);
    tab = await leave(url, tab, time);
    const {isWritten, length, isMidway} = promised(last);
    if (isMidway) midway++;

    // A request that left has its question on disk; without one there may be nothing yet.
    const [first] = ledger.requests;
    // Of an answer whose end came so late the page need not have kept that.
    if (first?.closedAt && first.closedAt > last.now - SAVED_AFTER) first.closedBy = 'client';
    const mustBeThere = isWritten || (first !== undefined && first.at < end);
    const kept = (await conversationsOf(tab)).length;
    if (kept === conversations) {
      assert.ok(!mustBeThere, `${where}: the question is lost`);
      continue;
    }
    conversations++;
    const {messages: found} = await tab.evaluate<Report>('report()');
    if (continuation === 'manual' && found.at(-1)?.status !== 'complete') {
      assert.equal(found.at(-1)?.status, 'interrupted', where);
      await tab.evaluate('void chat.continue()');
    }
    const {messages} = await until(
      tab,
      `${where}: the whole answer`,
      // On disk, too: the next page is opened at once.
      ({messages, acknowledged}) =>
        messages.at(-1)?.status === 'complete' &&
        (acknowledged[messages.at(-1)!.id] === messages.at(-1)?.text || found.at(-1)?.status === 'complete'),
    );
    const answer = messages.at(-1)?.text ?? '';
    if (messages.length > 2 || answer.length > referenceText.length) doubled++;
    else assert.equal(answer, referenceText, where);
    // The bill: the question, and once more where it was not answered to the end.
    const [, next, third] = ledger.requests;
    assert.equal(third, undefined, `${where}: a third request`);
    if (next?.mode === 'continue-turn') assert.ok(next.exact, `${where}: it goes on from what it had`);
    if (next && hadBefore(next) < length) lost++;
  }
  assert.deepEqual(
    await conversationsOf(tab),
    Array.from({length: conversations}, () => `${QUESTION} ${referenceText.length}`),
    'whole conversations',
  );
  return {lost, doubled, midway};
}

/** What the history has, once it is open: what was said, and how long the answer is. */
async function conversationsOf(tab: Tab): Promise<string[]> {
  const {conversations} = await tab.evaluate<ExportedHistory>('chat.exportHistory()');
  return conversations.map(({messages}) =>
    messages.map(({role, text}) => (role === 'user' ? text : text.length)).join(' '),
  );
}

/** What the page knew of its answer at its end, and must be on disk. */
function promised({shown, acknowledged, messages, now}: Report) {
  const {id = '', status} = messages.at(-1) ?? {};
  const seen = shown.findLast(sight => sight.id === id && sight.at <= now - SAVED_AFTER)?.text ?? '';
  const written = acknowledged[id];
  const length = Math.max(seen.length, written?.length ?? 0);
  return {isWritten: written !== undefined, length, isMidway: length > 0 && status === 'streaming'};
}

/** How much of the answer the page had when it made this request, by what it told the server. */
function hadBefore({mode, position, lastEventId}: LedgerEntry): number {
  return mode === 'resume' ? referenceTokens.slice(0, Number(lastEventId)).join('').length : position;
}
