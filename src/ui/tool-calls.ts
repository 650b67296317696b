import {html, nothing, render, type TemplateResult} from 'lit';
import {cleanLabel} from '../markdown/safe-url.ts';
import {parseJson} from '../protocol/json.ts';
import {isFinal, type Message, type ToolCallPart} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import {durationOf} from './duration.ts';
import type {MessageActions, MessageContext} from './message-view.ts';
import {type ChatStrings, fill} from './strings.ts';
import {ChatToolCallEvent} from './tool-call-event.ts';
import {english} from './tool-strings.ts';

const styles = css`
  .tool-calls + .body:not(:empty) {
    margin-top: 8px;
  }
  .tool-call {
    margin-top: 4px;
    font-size: 0.93em;
    color: var(--_muted);
  }
  .tool-call bdi {
    font-weight: 600;
  }
  .tool-call p {
    margin-top: 6px;
  }
  .tool-call pre {
    margin-top: 2px;
    max-height: 14em;
    padding: 6px 10px;
    border: 1px solid var(--_border);
    border-radius: 8px;
    overflow: auto;
    white-space: pre-wrap;
    overflow-wrap: anywhere;
    font-family: var(--sse-chat-code-font, ui-monospace, monospace);
    color: var(--_text);
  }
  .tool-call[data-state='failed'] summary,
  .tool-call[data-state='denied'] summary {
    color: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
  }
  .tool-call[data-state='waiting'] > .ask {
    color: var(--_text);
  }
  .tool-call .ways {
    margin-top: 8px;
  }
  .tool-call [aria-disabled='true'] {
    opacity: 0.55;
  }
  .message:has(.tool-call[data-state='waiting']) .thinking {
    display: none;
  }
  .launcher.asks[aria-expanded='false']::before {
    content: '!' / '';
    position: absolute;
    top: -3px;
    inset-inline-start: -3px; /* The number of answers is on the other side. */
    min-width: 20px;
    border: 2px solid #fff;
    border-radius: 12px;
    background: #c62828;
    color: #fff;
    font-weight: 600;
    font-size: 11px;
    line-height: 17px;
    text-align: center;
  }
  @media (pointer: coarse) {
    .tool-call summary {
      padding-block: 10px;
    }
    .tool-call .way {
      min-height: 44px;
      min-width: 44px;
    }
  }
`;

/** Milliseconds for which *Allow* must have been seen, so that nobody presses it who meant what stood there before. */
const ALLOW_DELAY = 500;

interface Approval {
  decide(allowed: boolean): void;
  /** Its *Allow* has been in sight for long enough. */
  isSeen: boolean;
  timer?: ReturnType<typeof setTimeout>;
  /** Screen readers were told. */
  isSaid: boolean;
}

/** By chat, what waits for a person, by call. */
const approvals = new WeakMap<MessageActions, Map<string, Approval>>();

/** Draws anew what is in a place. */
const redraws = new WeakMap<Element, () => void>();

const keyOf = ({id, round}: ToolCallPart): string => `${round} ${id}`;

function approvalsOf(actions: MessageActions): Map<string, Approval> {
  const known = approvals.get(actions) ?? new Map<string, Approval>();
  approvals.set(actions, known);
  return known;
}

/**
 * Whether a call may be run: by the page, which can deny any, and by a person where one must be asked.
 */
export async function approve(
  element: HTMLElement,
  actions: MessageActions,
  call: ToolCallPart,
  {needsApproval, signal}: {readonly needsApproval: boolean; readonly signal: AbortSignal},
): Promise<boolean> {
  if (!element.dispatchEvent(new ChatToolCallEvent(call, needsApproval))) return false;
  if (!needsApproval) return true;
  const waiting = approvalsOf(actions);
  const key = keyOf(call);
  const redraw = () => {
    for (const place of element.shadowRoot?.querySelectorAll('.tool-calls') ?? []) redraws.get(place)?.();
    element.shadowRoot?.querySelector('.launcher')?.classList.toggle('asks', waiting.size > 0);
  };
  try {
    return await new Promise(decide => {
      waiting.set(key, {decide, isSeen: false, isSaid: false});
      signal.addEventListener('abort', () => decide(false), {once: true});
      redraw();
    });
  } finally {
    waiting.delete(key);
    redraw();
  }
}

const textsOf = ({tools}: ChatStrings) => ({...english, ...tools});

function askOf({name}: ToolCallPart, strings: ChatStrings): string {
  return fill(textsOf(strings).ask, 'name', cleanLabel(name));
}

/** Draws the calls of a message, each as a line that unfolds. */
export function drawCalls(place: HTMLElement, message: Message, context: MessageContext): void {
  const draw = () => {
    const {activeElement} = place.getRootNode() as ShadowRoot;
    const line = place.contains(activeElement) ? activeElement?.closest('.tool-call') : undefined;
    const calls = message.parts.filter((part): part is ToolCallPart => part.type === 'tool-call');
    render(
      calls.map(call => renderCall(call, isFinal(message.status), context)),
      place,
    );
    // A button that was pressed is gone. The focus must not go with it, to the top of the page.
    if (line && !activeElement?.isConnected) line.querySelector('summary')?.focus();
    watch(place);
  };
  place.className = 'tool-calls';
  redraws.set(place, draw);
  draw();
  if (place.isConnected) adoptStyles(place, styles);
  else requestAnimationFrame(() => place.isConnected && adoptStyles(place, styles));
}

function renderCall(call: ToolCallPart, isOver: boolean, context: MessageContext): TemplateResult {
  const {strings, actions} = context;
  const texts = textsOf(strings);
  // An answer of before may have been left while it waited, and some servers give their ids again.
  const isAsked = call.state === 'waiting' && !isOver;
  const approval = isAsked ? approvalsOf(actions).get(keyOf(call)) : undefined;
  const isOpen = !('result' in call);
  const ask = askOf(call, strings);
  if (approval && !approval.isSaid) actions.say(ask);
  if (approval) approval.isSaid = true;
  const state = isOpen && isOver ? 'unfinished' : call.state === 'streaming' ? 'writing' : call.state;
  const {duration = 0} = call;
  const took = isOpen || duration < 1000 ? '' : ` (${durationOf(duration, strings.lang)})`;
  return html`<details class="tool-call" part="tool-call" data-state=${state} ?open=${approval !== undefined}>
    <summary><bdi>${cleanLabel(call.name)}</bdi> – ${texts[state === 'called' ? 'running' : state]}${took}</summary>
    ${approval ? html`<p class="ask" dir="auto">${ask}</p>` : nothing}
    ${renderText(texts.arguments, textOf(parseJson(call.arguments) ?? call.arguments))}
    ${isOpen ? nothing : renderText(texts.result, textOf(call.result))}
    ${approval ? renderWays(approval, texts) : nothing}
  </details>`;
}

/** As text alone, and without what would make it read otherwise than it is. */
function renderText(label: string, text: string): TemplateResult {
  if (!/\S/.test(text)) return html``;
  const shown = cleanLabel(text);
  return html`<p>${label}</p><pre tabindex="0" role="group" aria-label=${label} dir="auto">${shown}</pre>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

/** *Deny* comes first for the keyboard, and works at once. */
function renderWays(approval: Approval, {allow, deny}: typeof english): TemplateResult {
  const onAllow = (event: Event) => {
    // Not a script's click, and not one that was meant for something else.
    if (event.isTrusted && approval.isSeen) approval.decide(true);
  };
  return html`<div class="ways">
    <button class="way" part="deny-button" type="button" @click=${() => approval.decide(false)}>${deny}</button>
    <button class="way primary" part="allow-button" type="button" data-allow
      .approval=${approval} aria-disabled=${approval.isSeen ? 'false' : 'true'} @click=${onAllow}>${allow}</button>
  </div>`;
}

const watched = new WeakSet<Element>();

/** Notes since when each *Allow* is in sight. */
function watch(place: HTMLElement): void {
  const draw = () => redraws.get(place)?.(); // With the message as it is then.

  for (const button of place.querySelectorAll<HTMLElement & {approval?: Approval}>('[data-allow]')) {
    if (watched.has(button)) continue;
    watched.add(button);
    const observer = new IntersectionObserver(entries => {
      if (!button.isConnected) {
        observer.disconnect();
        return; // Its approval may have another button by now.
      }
      const {approval} = button;
      if (!approval) return;
      clearTimeout(approval.timer);
      approval.isSeen = false;
      draw();
      if (!entries.at(-1)?.isIntersecting) return;
      // Not by comparing times: a timer may be early by the clock that is asked then, and no other comes.
      approval.timer = setTimeout(() => {
        approval.isSeen = true;
        draw();
      }, ALLOW_DELAY);
    });
    observer.observe(button);
  }
}
