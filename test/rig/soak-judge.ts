import type {Conversation, Message, StoreJournal} from '../../src/client.ts';
import {type FaultPlan, MAX_CONTINUATIONS, SECRET} from './fault-plan.ts';
import {type Allowed, Policy} from './policy.ts';
import type {Run} from './soak-page.ts';

const SOCKET_DELAY = 500; // ms

/** I1: the reference text exactly once, or its beginning with an honest status. I5: an error contains nothing of a payload. */
export function judgeAnswer(run: Run, {text, status, error, segments = []}: Message): void {
  const {scenario, user} = run.plan;
  const told = `${error?.message}`;
  if (told.includes(SECRET)) run.wrong('I5', 'a payload is in the error');
  if (status === 'pending' || status === 'streaming') run.wrong('I4', `the answer ended as ${status}`);
  if (status === 'stopped' && user.does !== 'stop') run.wrong('I2', 'nobody stopped it');
  const billed = segments.filter(
    ({mode, chars}) => (mode === 'prefill' || mode === 'continue-turn') && chars > 0,
  );
  if (scenario.declare === 'none' && billed.length > 0) {
    judgeJoin(run, text);
  } else if (!run.text.startsWith(text)) {
    let at = 0;
    while (run.text[at] === text[at]) at++;
    run.wrong(
      'I1',
      `${status}: the text differs at ${at} of ${text.length}: ${JSON.stringify(text.slice(at, at + 20))}`,
    );
  }
}

/** A join by text must not lose anything new. Repeated text may stay where there is little evidence. */
function judgeJoin(run: Run, text: string): void {
  const {requests} = run.model.ledger;
  const index = requests.findIndex(
    ({mode, status}) => status === 200 && (mode === 'prefill' || mode === 'continue-turn'),
  );
  const {position} = requests[index]!;
  const {prelude = '', back = 0} = run.plan.scenario;
  const from = back === 'all' ? 0 : Math.max(0, position - Number(back));
  const said = prelude + run.text.slice(from);
  const repeated = prelude.length + position - from;
  const before = run.text.slice(0, position);
  if (!text.startsWith(before)) run.wrong('I1', 'what stood before the join has changed');
  const added = text.slice(position);
  // Whatever was dropped must be repeated text. A continuation that begins like the whole answer cannot be told from an
  // answer that starts again.
  const drops = Array.from({length: repeated + 1}, (_, drop) => drop);
  if (said.startsWith(before)) drops.push(position);
  const isJoined = drops.some(drop => said.slice(drop).startsWith(added));
  // A reopened code fence is dropped, too.
  if (!isJoined) run.wrong('I1', `a join by text lost or changed something at ${position}`);
}

/** I3: what is stored is what was shown. */
export async function judgeStore(run: Run, conversation: Conversation, journal: StoreJournal): Promise<void> {
  const {id} = conversation.state.info;
  const reachable = await run.wait(journal.load(id));
  const shown = conversation.messages;
  const kept = new Map(reachable?.messages.map(message => [message.id, message]));
  for (const message of shown) {
    const found = kept.get(message.id);
    if (found?.text !== message.text || found.status !== message.status)
      run.wrong('I3', `a message is shown as ${message.status} and kept as ${found?.status ?? 'nothing'}`);
  }
  if (run.plan.storage) return;
  const store = run.store(undefined)!;
  const stored = await run.wait(store.load(id));
  const line = (messages: readonly Message[] = []) =>
    JSON.stringify(messages.map(message => [message.id, message.status, message.text]));
  if (line(stored?.messages) !== line(shown)) run.wrong('I3', 'the store differs from the screen');
  if (stored?.attempt) run.wrong('I3', 'the record of an attempt is left');
}

/** I2: every request has a reason, so has the end, and nothing follows a stop. */
export function judgeLedger(run: Run, answer: Message | undefined): string[] {
  const {plan, model} = run;
  const {requests} = model.ledger;
  const policy = new Policy(plan, model);
  // Writing to disk before a request delays it by at most 3 s.
  const patience = plan.storage?.how === 'slow' || plan.storage?.how === 'hang' ? 3000 : 0;
  const lines: string[] = [];
  let allowed: Allowed[] = [{mode: 'send', reason: 'the user asked', least: 0, most: 0}];
  for (const [index, entry] of requests.entries()) {
    const before = requests[index - 1];
    const waited = before ? entry.at - (before.closedAt ?? Number.NaN) : 0;
    let reason = allowed.find(
      ({mode, least = 0, most = 0}) =>
        mode === entry.mode &&
        (plan.sockets ||
          plan.clock?.sleep ||
          (waited >= least - (mode === 'send' || mode === 'resume' ? 0 : patience) - 1 &&
            waited <= most + patience + 1)),
    )?.reason;
    if (index === run.crashedAt && run.found) {
      reason = 'the page was loaded again';
      if (run.found.continuations < policy.continuations && !plan.storage)
        run.wrong('I2', 'a continuation was made that is not written down');
      policy.reload(run.found);
    }
    lines.push(
      `${index + 1}. ${entry.mode} after ${Math.round(waited)} ms (${reason ?? 'no reason'}) at ${entry.position}: ` +
        `${entry.status}, ${entry.sent} bytes, closed by ${entry.closedBy ?? 'nobody'}`,
    );
    if (!reason) {
      const may = allowed.map(
        ({mode, reason: why, least, most}) => `${mode} (${why}, ${least} to ${most} ms)`,
      );
      run.wrong('I2', `request ${index + 1} is ${entry.mode} after ${waited} ms; allowed: ${may.join(', ')}`);
    }
    // Over sockets the server may see a request before it sees the previous one close.
    const late = run.plan.sockets ? SOCKET_DELAY : 0;
    if (before && (before.closedAt ?? Number.POSITIVE_INFINITY) > entry.at + late)
      run.wrong('I2', `request ${index + 1} came while the one before it was open`);
    if (run.stoppedAt !== undefined && index >= run.stoppedAt)
      run.wrong('I2', `request ${index + 1} came after the stop`);
    if (plan.scenario.declare !== 'none' && !entry.exact)
      run.wrong('I1', `request ${index + 1} sent another text than the answer's`);
    allowed = policy.read(index);
  }
  const billed = requests.filter(
    ({mode, status}) => status === 200 && (mode === 'prefill' || mode === 'continue-turn'),
  );
  const isWhole = answer && ['complete', 'length', 'filtered'].includes(answer.status);
  if (isWhole && plan.scenario.declare !== 'none' && answer.text !== run.text && !policy.isMisled)
    run.wrong('I1', `${answer.status} with ${answer.text.length} of ${run.text.length} characters`);
  // If nothing can be stored, another page starts counting from zero.
  const uncounted = plan.storage ? (run.crashedAt ?? 0) : 0;
  if (billed.length > MAX_CONTINUATIONS + uncounted)
    run.wrong('I2', `${billed.length} continuations were billed`);
  if (!answer || run.stoppedAt !== undefined || run.crashedAt !== undefined) return lines;
  if (!allowed.some(({mode}) => mode === 'end')) {
    const may = allowed.map(({mode, reason}) => `${mode} (${reason})`);
    run.wrong('I1', `the answer ended as ${answer.status} where the policy goes on: ${may.join(', ')}`);
  }
  const last = policy.exchanges.at(-1);
  const {length} = answer.text;
  if (plan.scenario.declare !== 'none' && !plan.sockets && length < policy.least)
    run.wrong('I1', `${policy.least - length} characters came and are not there`);
  const wanted = wantedStatuses(plan, last?.end, length > 0);
  if (!wanted.includes(answer.status))
    run.wrong('I1', `the answer is ${answer.status}, not ${wanted.join(' or ')}, after ${last?.end}`);
  return lines;
}

function wantedStatuses({scenario}: FaultPlan, end: string | undefined, hasText: boolean): string[] {
  if (end === 'failed') return ['error'];
  if (end !== 'over') return [hasText ? 'interrupted' : 'error'];
  const reason =
    scenario.terminal === 'done' || scenario.dialect === 'token' ? 'stop' : scenario.finishReason;
  if (reason === 'length') return ['length'];
  if (reason === 'content_filter') return ['filtered'];
  return [hasText ? 'complete' : 'error'];
}
