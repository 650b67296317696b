import type {Faults} from './faults.ts';
import type {LogEntry} from './request-log.ts';

const form = document.querySelector<HTMLFormElement>('#fault-form')!;
const status = document.querySelector('#fault-status')!;
const log = document.querySelector('#log')!;

/** Milliseconds between two polls of what the server saw. */
const pollEvery = 1000;

function readFaults(): Faults {
  const fields = new FormData(form);
  const number = (name: string) => Number(fields.get(name));
  const fault = String(fields.get('fault'));
  const chosen: Record<string, Faults> = {
    cutAfterTokens: {cutAfterTokens: number('cutAfterTokens')},
    cutAtByte: {cutAtByte: number('cutAtByte')},
    stallAfterTokens: {stallAfterTokens: number('stallAfterTokens')},
    status429: {status: 429, retryAfter: number('retryAfter')},
    status500: {status: 500},
    htmlPage: {htmlPage: true},
    noDone: {noDone: true},
    noFinishReason: {noFinishReason: true},
  };
  return {
    ...chosen[fault],
    cut: fields.get('cut') === 'reset' ? 'reset' : 'eof',
    everyRequest: fields.has('everyRequest'),
    framing: fields.has('crlf') ? 'crlf' : 'lf',
    resume: fields.has('resume'),
    continueFrom: fields.has('continueFrom'),
    tokensPerSecond: number('tokensPerSecond'),
  };
}

function drawRow({number, method, path, kind, from, outcome}: LogEntry): HTMLTableRowElement {
  const row = document.createElement('tr');
  const what = {
    send: 'a new answer',
    continuation: `the rest from ${from}`,
    resume: `what follows event ${from}`,
  };
  // A resume's path ends with the stream's id, which means nothing to a reader.
  const place = kind === 'resume' ? path.replace(/[^/]+$/, '…') : path;
  for (const text of [String(number), `${method} ${place}`, what[kind], outcome]) {
    row.insertCell().textContent = text;
  }
  const isBroken = !['whole', 'under way', 'left'].includes(outcome); // A client that left did so on purpose.
  row.dataset['outcome'] = isBroken ? 'broken' : outcome;
  return row;
}

/** Sends the form's faults to the server whenever they change, and shows what the server saw. */
export function watchFaultPanel(server: string): void {
  const url = `${server}/demo/faults`;
  let seen = '';

  async function send(): Promise<void> {
    const faults = readFaults();
    form.querySelector<HTMLOutputElement>('output[name=speed]')!.value = String(faults.tokensPerSecond);
    if (!form.checkValidity()) {
      status.textContent = 'Not sent: each number must be a whole number, 0 or more.';
      return;
    }
    try {
      const headers = {'content-type': 'application/json'};
      const response = await fetch(url, {method: 'POST', headers, body: JSON.stringify(faults)});
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      const hit = faults.everyRequest ? 'every request is hit' : 'each new answer is hit once';
      status.textContent = form['fault'].value ? `Ready: ${hit}.` : '';
    } catch {
      status.textContent = 'The server does not answer.';
    }
  }

  async function look(): Promise<void> {
    if (document.visibilityState === 'hidden') return;
    try {
      const {requests} = (await (await fetch(url)).json()) as {requests: LogEntry[]};
      const text = JSON.stringify(requests);
      if (text === seen) return;
      seen = text;
      log.replaceChildren(...requests.slice(-30).reverse().map(drawRow));
    } catch {
      // The chat itself reports that the server is gone.
    }
  }

  // A number belongs to a radio button: changing the number selects it.
  form.addEventListener('input', event => {
    const {target} = event;
    if (target instanceof HTMLInputElement && target.type === 'number') {
      const radio = target.closest('label')?.querySelector<HTMLInputElement>('input[type=radio]');
      if (radio) radio.checked = true;
    }
    void send();
  });
  void send();
  void look();
  setInterval(() => void look(), pollEvery);
}
