// Loading on demand takes real time, during which the clock of a run would run far ahead.
import '../support/loaded-dialects.ts';
import type {Conversation, Message} from '../../src/client.ts';
import {chunkedFetch} from '../support/chunked-fetch.ts';
import type {LedgerEntry} from '../support/scenario.ts';
import type {ScriptedServer} from '../support/scripted-server.ts';
import type {FaultPlan} from './fault-plan.ts';
import {judgeAnswer, judgeLedger, judgeStore} from './soak-judge.ts';
import {Run} from './soak-page.ts';

/** The result of one run. */
export interface SoakRun {
  readonly plan: FaultPlan;
  /** What must not happen, by invariant. */
  readonly violations: readonly string[];
  /** Each request with the reason that the policy gives. */
  readonly ledger: readonly string[];
  readonly status: string;
  /** Timers, subscriptions and bodies that are left behind. */
  readonly left: {readonly timers: number; readonly subscriptions: number; readonly bodies: number};
}

const NEXT = 'All is well again.';

const afterwards = () =>
  chunkedFetch({
    chunks: [new TextEncoder().encode(`data: {"token": ${JSON.stringify(NEXT)}}\n\ndata: [DONE]\n\n`)],
  });

/** Runs a plan to its end and checks the invariants. Never rejects: anything thrown is a violation. */
export async function soak(plan: FaultPlan, server?: ScriptedServer): Promise<SoakRun> {
  const run = new Run(plan, server);
  let answer: Message | undefined;
  try {
    answer = await converse(run);
  } catch (error) {
    run.wrong('I4', error instanceof Error ? (error.stack ?? error.message) : String(error));
  }
  const {requests} = run.model.ledger;
  const isOpen = ({closedBy}: LedgerEntry) => !closedBy;
  // A server learns a little later that a socket was closed.
  for (let tries = 0; plan.sockets && tries < 100 && requests.some(isOpen); tries++) {
    await new Promise(resolve => setTimeout(resolve, 20));
  }
  const ledger = judgeLedger(run, answer);
  return {
    plan,
    violations: run.violations,
    ledger,
    status: answer?.status ?? 'none',
    left: {
      timers: run.clock.pending,
      subscriptions: run.subscriptions,
      bodies: requests.filter(isOpen).length,
    },
  };
}

async function converse(run: Run): Promise<Message | undefined> {
  const {plan, clock} = run;
  let store = run.store();
  let journal = run.journal(store);
  clock.busy = () => (store?.open ?? 0) > 0;
  let conversation = run.conversation(journal);
  const {id} = conversation.state.info;
  let changes = 0;
  let shown = '';
  let crash: (() => void) | undefined;
  const crashed = new Promise<'crashed'>(resolve => {
    crash = () => resolve('crashed');
  });
  let shrunk = false;

  const unsubscribe = conversation.subscribe(state => {
    const text = state.open?.text ?? shown;
    if (!text.startsWith(shown)) shrunk = true;
    shown = text;
    changes++;
    if (run.stoppedAt !== undefined && text.length > stoppedText) run.wrong('I2', 'text came after the stop');
    if (plan.clock?.after === changes) {
      clock.jump(plan.clock.jump ?? 0);
      clock.sleep(plan.clock.sleep ?? 0);
    }
    if (plan.user.after !== changes || !state.open) return;
    if (plan.user.does === 'stop') {
      run.stoppedAt = run.model.ledger.requests.length;
      stoppedText = text.length;
      void conversation.stop();
    } else if (plan.user.does === 'crash') {
      run.crashedAt = run.model.ledger.requests.length;
      run.crash(store);
      crash?.();
    } else if (plan.user.does === 'double-send') {
      conversation.send('Again').then(
        () => run.wrong('I2', 'a second question was sent while the first was being answered'),
        error => {
          if (error?.kind !== 'busy') run.wrong('I7', `a second question failed by ${error}`);
        },
      );
    }
  });
  let stoppedText = 0;

  const sent = conversation.send('Explain streaming.');
  let outcome = await run.wait(Promise.race([sent, crashed]));
  unsubscribe();
  if (shrunk) run.wrong('I3', 'the text on the screen lost what was shown');
  if (outcome === 'crashed') {
    const acknowledged = Math.max(0, ...(store?.acknowledged.values() ?? []));
    const before = shown;
    run.live();
    store = run.store(undefined);
    journal = run.journal(store);
    const loaded = await run.wait(journal!.load(id));
    const last = loaded?.messages.at(-1);
    const {attempt = 0, continuations = 0, cursor} = loaded?.attempt ?? {};
    run.found = {
      length: last?.role === 'assistant' ? last.text.length : 0,
      attempt,
      continuations,
      canResume: cursor !== undefined,
    };
    if (loaded && last?.role === 'assistant') {
      if (!before.startsWith(last.text)) run.wrong('I3', 'what was stored is no beginning of what was shown');
      if (last.status !== 'interrupted' && last.text !== '') run.wrong('I3', `stored as ${last.status}`);
      if (last.text.length < acknowledged && acknowledged <= before.length)
        run.wrong('I3', `${acknowledged} characters were acknowledged, ${last.text.length} are there`);
    }
    conversation = run.conversation(journal, loaded);
    outcome = (await run.wait(conversation.resume())) ?? last ?? 'crashed';
  }
  if (outcome !== 'crashed') judgeAnswer(run, outcome);

  // Whatever happened, the next question must be answered.
  const next = await run.wait(finish(run, conversation));
  if (next.status !== 'complete' || next.text !== NEXT)
    run.wrong('I7', `the next question was answered by ${next.status}, ${next.error?.message}`);
  if (journal) await judgeStore(run, conversation, journal);
  conversation.dispose();
  await run.wait(journal?.dispose() ?? Promise.resolve());
  // A slow store still answers its calls, though nobody waits for them any more.
  while (store && store.waiting > 0) await run.wait(new Promise<void>(resolve => clock.after(5000, resolve)));
  store?.die();
  return outcome === 'crashed' ? undefined : outcome;
}

function finish(run: Run, conversation: Conversation): Promise<Message> {
  conversation.configure({
    fetch: afterwards(),
    dialect: 'token',
    endpoint: `http://127.0.0.1:9/next/${run.plan.seed}`,
  });
  return conversation.send('And now?');
}
