import type {AskedMode, LedgerEntry, ResponseScript} from '../support/scenario.ts';
import {type Frame, type MeasuredEvent, measure} from '../support/scripted-answer.ts';
import {PREFILL_REFUSAL, type ScriptedModel} from '../support/scripted-model.ts';
import {type FaultPlan, injections, MAX_CONTINUATIONS, MAX_RETRIES, waits} from './fault-plan.ts';

// The policy of docs/adr/0001-ladder.md, written a second time from the server's point of view, so that each request
// has a reason.

/** How a request was answered, as far as the answer reached the client. */
export interface Exchange {
  readonly mode: AskedMode;
  /**
   * `over`: the server said that the answer is over · `failed`: it said that the answer failed · `broken`: what it sent
   * cannot be continued · `gap`: it left something out · `refused`: it did not accept the request · `wrong`: not a
   * stream · `cut`.
   */
  readonly end: 'over' | 'failed' | 'broken' | 'gap' | 'refused' | 'wrong' | 'cut';
  /**
   * Units of the answer that reached the client: in whole events (`least`), and with the part of the rest that may be
   * accepted (`most`).
   */
  readonly least: number;
  readonly most: number;
  readonly status: number;
}

/** What may follow. Delays in milliseconds after the end of the previous response. */
export interface Allowed {
  readonly mode: AskedMode | 'end';
  readonly reason: string;
  readonly least?: number;
  readonly most?: number;
}

const MAX_UNREADABLE = 3;
const PASSING = new Set([408, 409, 425, 429, 498, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529]);
const CONTINUE_DELAY = 100; // ms
const CONTINUE_INTERVAL = 10_000; // ms between two continuations

/** What a page finds of the answer after a reload. */
export interface Found {
  /** Units of the text. */
  readonly length: number;
  /** Requests and continuations made, as recorded. */
  readonly attempt: number;
  readonly continuations: number;
  /** Whether the position for a resume is known. */
  readonly canResume: boolean;
}

/** Reads the ledger of one answer, request by request, and says what may come next. */
export class Policy {
  readonly #plan: FaultPlan;
  readonly #model: ScriptedModel;
  readonly exchanges: Exchange[] = [];
  #retries = 0;
  #continuations = 0;
  #unreadable = 0;
  #resumeRefused = false;
  #prefillRefused = false;
  /** An earlier response offered a resume, and ids came. */
  #canResume = false;
  #least = 0;
  #most = 0;
  /** `[DONE]x` was cut right after `[DONE]`, so that it looks like the end. */
  isMisled = false;
  /** No continuation may come before this time. */
  #earliest = 0;

  constructor(plan: FaultPlan, model: ScriptedModel) {
    this.#plan = plan;
    this.#model = model;
  }

  /** Units of the answer that must be on the screen, and that may be. */
  get least(): number {
    return this.#least;
  }

  get most(): number {
    return this.#most;
  }

  get continuations(): number {
    return this.#continuations;
  }

  /** The page was reloaded: what it had not recorded is forgotten. */
  reload({length, attempt, continuations, canResume}: Found): void {
    this.#least = length;
    this.#most = length;
    this.#retries = length > 0 ? 0 : attempt;
    this.#continuations = continuations;
    this.#canResume = canResume;
    this.#resumeRefused = false;
    this.#prefillRefused = false;
    this.#earliest = 0;
  }

  /** The next request was answered. Returns what may follow it. */
  read(index: number): Allowed[] {
    const entry = this.#model.ledger.requests[index]!;
    if (entry.mode !== 'resume') {
      this.#unreadable = 0;
      this.#canResume = false;
    }
    const exchange = this.#exchange(entry, index);
    this.exchanges.push(exchange);
    const billed = entry.mode === 'prefill' || entry.mode === 'continue-turn';
    // The request itself says whether an incomplete event was accepted.
    if (billed) this.#least = Math.max(this.#least, Math.min(entry.position, this.#most));
    const progressed = exchange.least > this.#least;
    const mayHaveProgressed = exchange.most > this.#least;
    if (billed && exchange.end !== 'refused' && exchange.end !== 'gap' && exchange.end !== 'wrong') {
      this.#continuations++;
      this.#earliest = entry.at + CONTINUE_INTERVAL;
    }
    if (progressed) this.#retries = 0;
    this.#least = Math.max(this.#least, exchange.least);
    this.#most = Math.max(this.#most, exchange.most);
    const rest = this.#earliest - (entry.closedAt ?? entry.at);
    return this.#next(exchange, entry, index, progressed, mayHaveProgressed).map(step =>
      step.mode === 'prefill' || step.mode === 'continue-turn'
        ? {...step, least: Math.max(step.least ?? 0, rest), most: Math.max(step.most ?? 0, rest)}
        : step,
    );
  }

  /** What may follow, before the interval between continuations is applied. */
  #next(
    exchange: Exchange,
    entry: LedgerEntry,
    index: number,
    progressed: boolean,
    mayHaveProgressed: boolean,
  ): Allowed[] {
    const {end, mode, status} = exchange;
    const over = (reason: string): Allowed[] => [{mode: 'end', reason}];
    if (end === 'over' || end === 'failed' || end === 'broken') return over(end);
    const hasText = this.#least > 0;
    const mayHaveText = this.#most > 0;
    const steps: Allowed[] = [];
    const wait = this.#waitAskedFor(entry, index);
    const tooLong = wait !== undefined && wait > 60_000;
    const refused = end === 'refused' || end === 'wrong' || end === 'gap';
    const passes = !tooLong && (end === 'cut' || (end === 'refused' && this.#passes(status, index)));
    const backoff = {least: wait ?? 0, most: Math.max(wait ?? 0, Math.min(30_000, 500 * 2 ** this.#retries))};
    const again = (as: AskedMode, reason: string) => {
      steps.push({mode: as, reason: `${reason} ${this.#retries + 1} of ${MAX_RETRIES}`, ...backoff});
    };
    const mayRepeat = passes && this.#retries < MAX_RETRIES;

    if (mode === 'resume' && (end === 'gap' || (refused && !mayRepeat))) {
      this.#resumeRefused = true;
      if (tooLong && !hasText) {
        steps.push({mode: 'end', reason: 'the server asks for a wait that is too long'});
        if (!mayHaveText) return steps;
      }
      return this.#goOn(hasText, mayHaveText, {least: 0, most: 0});
    }
    // An incomplete error message does not say that it is about the prefill.
    const isWhole = entry.sent >= PREFILL_REFUSAL.length;
    if (mode === 'prefill' && status === 400 && isWhole && !this.#prefillRefused) {
      this.#prefillRefused = true;
      return this.#goOn(hasText, mayHaveText, {least: 0, most: 0});
    }
    if (!hasText) {
      if (!mayRepeat) steps.push({mode: 'end', reason: 'no retry is left or would help'});
      else if (!refused && this.#resumes()) again('resume', 'resume before the first words');
      else again('send', 'retry');
      if (!mayHaveText) {
        if (mayRepeat) this.#retries++;
        return steps;
      }
    }
    if (refused) {
      if (!mayRepeat) return [...steps, {mode: 'end', reason: 'refused'}];
      again(mode, 'the same request again');
      this.#retries++;
      return steps;
    }
    if (mode === 'resume' && !progressed && this.#retries >= MAX_RETRIES) this.#resumeRefused = true;
    const delay =
      progressed || mode === 'send'
        ? {least: CONTINUE_DELAY, most: CONTINUE_DELAY}
        : mayHaveProgressed
          ? {least: Math.min(CONTINUE_DELAY, backoff.least), most: Math.max(CONTINUE_DELAY, backoff.most)}
          : backoff;
    if (!progressed && mode !== 'send') this.#retries++;
    return [...steps, ...this.#goOn(true, true, delay)];
  }

  #goOn(hasText: boolean, mayHaveText: boolean, delay: {least: number; most: number}): Allowed[] {
    const steps: Allowed[] = [];
    if (!hasText) {
      const most = Math.min(30_000, 500 * 2 ** this.#retries);
      steps.push(
        this.#retries++ < MAX_RETRIES
          ? {mode: 'send', reason: 'retry, since there is nothing to go on with', least: 0, most}
          : {mode: 'end', reason: 'no retry is left'},
      );
      if (!mayHaveText) return steps;
    }
    const {continuation, scenario, model} = this.#plan;
    const isAuto = continuation === 'auto';
    if (this.#resumes()) return [...steps, {mode: 'resume', reason: 'resume', ...delay}];
    const n = this.#continuations + 1;
    const reason = `continuation ${n} of ${MAX_CONTINUATIONS}`;
    if (n > MAX_CONTINUATIONS) return [...steps, {mode: 'end', reason: 'the budget is spent'}];
    const prefill = scenario.dialect === 'openai' && !this.#prefillRefused;
    if (prefill && (continuation === 'prefill' || (isAuto && model !== undefined))) {
      return [...steps, {mode: 'prefill', reason, ...delay}];
    }
    if (isAuto || continuation === 'continue-turn' || (continuation === 'prefill' && this.#prefillRefused)) {
      return [...steps, {mode: 'continue-turn', reason, ...delay}];
    }
    return [...steps, {mode: 'end', reason: 'the page allows no more'}];
  }

  #resumes(): boolean {
    const {continuation} = this.#plan;
    return this.#canResume && !this.#resumeRefused && (continuation === 'auto' || continuation === 'resume');
  }

  #passes(status: number, index: number): boolean {
    const should = this.#plan.scenario.responses?.[index]?.headers?.['x-should-retry'];
    return should === undefined ? PASSING.has(status) : should === 'true';
  }

  /** What the response says about when to ask again. */
  #waitAskedFor(entry: LedgerEntry, index: number): number | undefined {
    if (entry.status !== 429) return undefined;
    const {headers, body} = this.#plan.scenario.responses?.[index] ?? {};
    const row = waits.find(
      ([said, text]) => text === (body ?? '') && JSON.stringify(said) === JSON.stringify(headers ?? {}),
    );
    return row?.[2];
  }

  #exchange(entry: LedgerEntry, index: number): Exchange {
    const {mode, status, sent} = entry;
    const body = this.#model.bodies[index] ?? [];
    const script = this.#plan.scenario.responses?.[index];
    const plain = {mode, status, least: 0, most: 0};
    if ((script?.headerDelay ?? 0) > 30_000) return {...plain, end: 'cut'}; // The client had given up waiting for the status.
    if (status === 204 || status === 302) return {...plain, end: 'wrong'};
    if (status !== 200) return {...plain, end: 'refused'};
    if (script?.body !== undefined) return {...plain, end: 'wrong'};
    const base = mode === 'prefill' || mode === 'continue-turn' ? entry.position : 0;
    if (base > 0 && this.#leavesOut(base) && this.#isHeard(sent, script, body)) return {...plain, end: 'gap'};
    const answer = {...plain, least: base, most: base};
    // The client closes a body after its end was announced, or after waiting too long.
    const marks = measure(body);
    const isCut = script?.cut?.by === 'reset';
    const {newline, bare} = this.#plan.scenario.framing ?? {};
    let isOver = false;
    let [unreadable, readable] = [false, false];
    let lastId = mode === 'resume' ? Number(entry.lastEventId) : 0;
    for (const [at, {payload, head}] of body.entries()) {
      const {end, payloadEnd, terminal, units} = marks[at] as MeasuredEvent;
      // The first half of a line end already ends the line.
      const isWhole = (bare ? payloadEnd + 1 : newline === '\r\n' ? end - 1 : end) <= sent;
      if (!isWhole && (payloadEnd > sent || (injections.has(payload) && payload.endsWith('\n\n')))) {
        if (payload.slice(0, sent - payloadEnd + payload.length) === 'data: [DONE]') {
          isOver = true;
          this.isMisled = true;
        }
        break;
      }
      const kind = injections.get(payload);
      const id = Number(/(?:^|\n|\r|\uFEFF)id: (\d+)/.exec(head)?.[1] ?? Number.NaN);
      if (kind === 'error') return {...answer, end: isOver ? 'over' : 'failed'};
      if (kind === 'unreadable') {
        if (isOver && this.#plan.scenario.dialect === 'token') return {...answer, end: 'over'};
        // Without an id it has no place in a resumed stream.
        if (mode === 'resume') return {...answer, end: 'gap'};
        unreadable = true;
        if (++this.#unreadable >= MAX_UNREADABLE) return {...answer, end: 'broken'};
      }
      if (mode === 'resume' && id > lastId + 1) return {...answer, end: 'gap'};
      if (kind !== undefined) continue;
      // An event that lacks only its blank line is accepted at a clean end, or if it is the end of the answer.
      if (!isWhole && !terminal && (isCut || this.#plan.scenario.resume !== 'none')) continue;
      readable = true;
      if (isWhole) answer.least = Math.max(answer.least, units);
      answer.most = Math.max(answer.most, units);
      if (isWhole && id > 0) {
        lastId = Math.max(lastId, id);
        this.#canResume ||= true;
      }
      isOver ||= terminal;
      if (terminal && payload === '[DONE]') break;
    }
    const isStrange = unreadable && !readable && answer.most === 0 && (script?.cut?.by ?? 'eof') === 'eof';
    return {...answer, end: isOver ? 'over' : isStrange ? 'wrong' : 'cut'};
  }

  /** Whether the position that the response declares has arrived. */
  #isHeard(sent: number, script: ResponseScript | undefined, body: readonly Frame[]): boolean {
    if (this.#plan.scenario.declare === 'header') return (script?.headerDelay ?? 0) < 30_000;
    return sent >= (measure(body)[0]?.payloadEnd ?? 0);
  }

  /** Whether a continuation declares a position beyond the end of the answer. */
  #leavesOut(base: number): boolean {
    const {back, declare, tokens} = this.#plan.scenario;
    return declare !== 'none' && typeof back === 'number' && back < 0 && base < tokens.join('').length;
  }
}
