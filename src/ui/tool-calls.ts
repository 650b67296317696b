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

/** Milliseconds for which *Allow* must have been visible, so that nobody presses it who meant what was there before. */
const ALLOW_DELAY = 500;

interface Approval {
  decide(allowed: boolean): void;
  /** Its *Allow* has been visible for long enough. */
  isSeen: boolean;
  timer?: ReturnType<typeof setTimeout>;
  /** It was announced to screen readers. */
  isSaid: boolean;
}

/** The calls of each chat that wait for a person. */
const approvals = new WeakMap<MessageActions, Map<string, Approval>>();

/** Draws the calls in a place again. */
const redraws = new WeakMap<Element, () => void>();

const keyOf = ({id, round}: ToolCallPart): string => `${round} ${id}`;

function approvalsOf(actions: MessageActions): Map<string, Approval> {
  const known = approvals.get(actions) ?? new Map<string, Approval>();
  approvals.set(actions, known);
  return known;
}

/**
 * Whether a call may run: the page can deny any, and where it is required, a person is asked.
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
    // The pressed button is gone. The focus must not be lost with it, to the top of the page.
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
  // An earlier answer may have been left while a call waited, and some servers use the same ids again.
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

/** As text only, without characters that make it read as something else. */
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

/** Notes when each *Allow* has been visible for long enough. */
function watch(place: HTMLElement): void {
  const draw = () => redraws.get(place)?.(); // With the message as it then is.

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
      // Not by comparing times: by the clock read then, a timer may fire early, and no other would follow.
      approval.timer = setTimeout(() => {
        approval.isSeen = true;
        draw();
      }, ALLOW_DELAY);
    });
    observer.observe(button);
  }
}
