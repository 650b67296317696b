import {LitElement, type PropertyDeclaration} from 'lit';
import type {ContextOptions, ContextStrategy} from '../conversation/context-window.ts';
import type {ConversationOptions} from '../conversation/conversation.ts';
import type {Tool} from '../conversation/tool.ts';
import type {StreamCompletionOptions} from '../transport/options.ts';
import type {AnnounceMode} from './narrator.ts';
import type {ChatStringsOverride} from './strings.ts';

export type ChatMode = 'inline' | 'popup' | 'panel' | 'fullscreen';

/** `initial`: the value of the property before it is set; `undefined` if missing. */
interface Setting extends PropertyDeclaration {
  readonly initial?: unknown;
}

type Text = string | null | undefined;

const text = {};
function refuse(value: Text, why: string): null {
  console.error(`sse-chat: "${value}" is ignored: it ${why}.`);
  return null;
}
/** `null` for what is not a number. */
function toNumber(value: Text): number | null {
  const found = value?.trim() ? Number(value) : null;
  return Number.isNaN(found) ? refuse(value, 'is not a number') : found;
}
const number = {converter: toNumber};
const flag = {type: Boolean, initial: false};
const shown = {...flag, reflect: true};
/** Removing the attribute restores the default. */
const useDefault = true;
/** One of these words; any other value becomes the first one, the default. */
function choice(...words: readonly [string, ...string[]]) {
  const converter = (value: Text): string => {
    if (words.includes(value!)) return value!;
    if (value != null) refuse(value, `is not one of ${words.join(', ')}`);
    return words[0];
  };
  return {converter, initial: words[0]};
}
/** Settings that the style sheet depends on, so they are reflected. A default is not. */
const looks = (...words: readonly [string, ...string[]]) => ({
  ...choice(...words),
  useDefault,
  reflect: true,
});

/** A space-separated list as an attribute, an array as a property. */
const toList = (value: Text): readonly string[] => value?.split(/\s+/).filter(Boolean) ?? [];
const list = {converter: toList};
const none = {...list, initial: []};

/** The settings of `<sse-chat>`: its properties and their attributes, in kebab case (`maxTokens` is `max-tokens`). */
export abstract class ChatSettings extends LitElement {
  static override properties: Readonly<Record<string, Setting>> = {
    endpoint: text,
    dialect: {useDefault, initial: 'auto'},
    model: text,
    fallbackModels: list,
    fallbackEndpoints: list,
    temperature: number,
    maxTokens: number,
    stopSequences: {type: Array},
    instructions: text,
    includeUsage: flag,
    credentials: choice('same-origin', 'include', 'omit'),
    mode: looks('inline', 'popup', 'panel', 'fullscreen'),
    open: shown,
    heading: text,
    placeholder: text,
    greeting: text,
    greetingBubble: text,
    movableLauncher: flag,
    theme: looks('auto', 'light', 'dark'),
    history: choice('indexeddb', 'memory', 'none'),
    historyKey: text,
    retentionDays: number,
    conversationId: text,
    continuation: choice('auto', 'resume', 'prefill', 'continue-turn', 'manual', 'off'),
    maxContinuations: number,
    continueLength: flag,
    connectTimeout: number,
    firstEventTimeout: number,
    idleTimeout: number,
    maxRetries: number,
    context: choice('budget', 'full', 'window', 'summary'),
    contextTurns: number,
    contextTokens: number,
    summarize: text,
    maxToolRounds: number,
    imageOrigins: none,
    attachments: text,
    maxAttachments: number,
    maxAttachmentSize: number,
    maxImageSide: number,
    math: flag,
    feedback: flag,
    voice: flag,
    announce: choice('complete', 'sentences', 'status-only', 'off'),
    headers: {attribute: false},
    fetch: {attribute: false},
    transport: {attribute: false},
    prepareRequest: {attribute: false},
    retrieve: {attribute: false},
    tools: {attribute: false},
    suggestions: {attribute: false, converter: (value: unknown) => value && [value]},
    strings: {attribute: false},
    config: {attribute: false, noAccessor: true},
  };

  static {
    ChatSettings.properties = Object.fromEntries(
      Object.entries(ChatSettings.properties).map(([name, setting]) => [
        name,
        {attribute: name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`), ...setting},
      ]),
    );
  }

  /** The URL to POST to: https, loopback or the page's own origin. */
  declare endpoint: string | null | undefined;
  /** A dialect's name. `auto` chooses the request by the URL and detects the response. As a property, also a custom dialect. */
  declare dialect: NonNullable<StreamCompletionOptions['dialect']>;
  /** The model's name; sent when set. */
  declare model: string | null | undefined;
  /** Models to try, in order, when the one before fails for good before the first visible character. */
  declare fallbackModels: readonly string[] | null | undefined;
  /** Endpoints to try in the same way, each with every model. */
  declare fallbackEndpoints: readonly string[] | null | undefined;
  /** The model's sampling temperature. */
  declare temperature: number | null | undefined;
  /** Maximum length of an answer, in tokens. */
  declare maxTokens: number | null | undefined;
  /** Strings that end an answer; a JSON array as an attribute. */
  declare stopSequences: readonly string[] | null | undefined;
  /** The system prompt. */
  declare instructions: string | null | undefined;
  /** Asks the server for the number of billed tokens. */
  declare includeUsage: boolean;
  /** As in `fetch`. */
  declare credentials: RequestCredentials;
  /** `inline`, `popup`, `panel` or `fullscreen`. */
  declare mode: ChatMode;
  /** Whether a popup, panel or fullscreen chat is open. */
  declare open: boolean;
  /** The chat's name, at its top and for screen readers. */
  declare heading: string | null | undefined;
  /** Shown in the empty text box. */
  declare placeholder: string | null | undefined;
  /** Shown while there are no messages. */
  declare greeting: string | null | undefined;
  /** Shown beside the closed launcher, until the user dismisses it or opens the chat in this tab. */
  declare greetingBubble: string | null | undefined;
  /** Lets users move the launcher to one of six places along the sides of the window. */
  declare movableLauncher: boolean;
  /** `auto` follows the page's `color-scheme`; `light`, `dark`. */
  declare theme: 'auto' | 'light' | 'dark';
  /** Where conversations are kept: `indexeddb`, `memory`, or `none`. */
  declare history: 'indexeddb' | 'memory' | 'none';
  /** Separates the conversations of different users, or of several chats on one origin. */
  declare historyKey: string | null | undefined;
  /** Conversations not used for this many days are forgotten. */
  declare retentionDays: number | null | undefined;
  /** The conversation to show. By default this tab's last one, else the newest. */
  declare conversationId: string | null | undefined;
  /** What happens when an answer breaks off: `auto`, `resume`, `prefill`, `continue-turn`, `manual`, `off`. */
  declare continuation: NonNullable<StreamCompletionOptions['continuation']>;
  /** New requests that may continue one answer automatically. Default 2. */
  declare maxContinuations: number | null | undefined;
  /** Also continues automatically after an answer reached its length limit. */
  declare continueLength: boolean;
  /** Milliseconds until the response headers. Default 30000. */
  declare connectTimeout: number | null | undefined;
  /** Milliseconds from the headers to the first event. Default 60000. */
  declare firstEventTimeout: number | null | undefined;
  /** Milliseconds between two events or comments. Default 30000. */
  declare idleTimeout: number | null | undefined;
  /** Retries before the first visible character. Default 4. */
  declare maxRetries: number | null | undefined;
  /** How much of the conversation is sent: `full`, `window`, `budget` or `summary`. */
  declare context: ContextStrategy;
  /** Turns sent with `context="window"`. Default 10. */
  declare contextTurns: number | null | undefined;
  /** Estimated tokens sent with `context="budget"` and `"summary"`. Default 4000. */
  declare contextTokens: number | null | undefined;
  /** What summarises for `context="summary"`: `endpoint`, which is billed, or, as a property, a function. */
  declare summarize: ContextOptions['summarize'] | null;
  /** Rounds of tool calls in one answer; each is one more request. Default 8. */
  declare maxToolRounds: number | null | undefined;
  /** Exact origins whose images are shown without a click; space-separated as an attribute. */
  declare imageOrigins: readonly string[];
  /** Lets users attach files: those that match the value, as in `accept` of a file input; without a value, any. */
  declare attachments: string | boolean | null | undefined;
  /** Maximum number of files per message. Default 10. */
  declare maxAttachments: number | null | undefined;
  /** Maximum size of a file, in bytes. Default 10000000. */
  declare maxAttachmentSize: number | null | undefined;
  /** Images are scaled down before sending until their longer side has this many pixels. */
  declare maxImageSide: number | null | undefined;
  /** Draws formulas between `$…$`, `$$…$$`, `\(…\)` and `\[…\]`. */
  declare math: boolean;
  /** Lets users rate answers. */
  declare feedback: boolean;
  /** Dictation, and answers read aloud, where the browser supports them. */
  declare voice: boolean;
  /** What screen readers announce: `complete`, `sentences`, `status-only` or `off`. */
  declare announce: AnnounceMode;
  /** Sent with each request; a function is called for each, and once more after a 401. */
  declare headers: StreamCompletionOptions['headers'];
  /** Replaces the page's `fetch`. */
  declare fetch: StreamCompletionOptions['fetch'];
  /** Opens the streams instead of `fetch`. See docs/transports.md. */
  declare transport: StreamCompletionOptions['transport'];
  /** May change each request before it is sent. */
  declare prepareRequest: StreamCompletionOptions['prepareRequest'];
  /** Finds passages for a question, which are put before it. */
  declare retrieve: ContextOptions['retrieve'] | null;
  /** Functions of the page that the model may call. */
  declare tools: readonly Tool[] | null | undefined;
  /** Messages to suggest while there are none; if set after an answer, below it until the next question. */
  declare suggestions: readonly string[] | null | undefined;
  /** Texts that replace those of the language. */
  declare strings: ChatStringsOverride | null | undefined;

  #config: Readonly<Record<string, unknown>> = {};

  constructor() {
    super();
    for (const [name, {initial}] of Object.entries<Setting>(ChatSettings.properties)) {
      if (initial !== undefined) Object.assign(this, {[name]: initial});
    }
  }

  /** Many settings at once, by property name. Merges: other settings stay as they are. */
  get config(): Readonly<Record<string, unknown>> {
    return this.#config;
  }
  set config(config: ChatConfig | null | undefined) {
    for (const [name, value] of Object.entries(config ?? {})) {
      if (name !== 'config' && Object.hasOwn(ChatSettings.properties, name)) {
        const setting = {[name]: value};
        Object.assign(this, setting);
        this.#config = {...this.#config, ...setting};
      } else refuse(name, 'is not a setting');
    }
  }

  /** A string, `null` or `undefined` is converted like an attribute: some frameworks set properties from templates. */
  override requestUpdate(name?: PropertyKey, old?: unknown, setting?: PropertyDeclaration): void {
    super.requestUpdate(name, old, setting);
    const value: unknown = this[name as keyof this];
    const read = setting?.converter as ((value: unknown) => unknown) | undefined;
    const found = read && (value == null || (value as string).trim) ? read(value) : value;
    if (found !== value) Object.assign(this, {[name!]: found});
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (!isSecret(name, value)) super.attributeChangedCallback(name, old, value);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const {name, value} of this.attributes) isSecret(name, value);
  }

  /**
   * What requests are made of; the core takes what it knows. Settings that are not set are `undefined`, which leaves
   * them to its defaults.
   */
  protected get requestOptions(): ConversationOptions {
    const options: Record<string, unknown> = {};
    for (const name of Object.keys(ChatSettings.properties)) {
      const value = this[name as keyof ChatSettings];
      options[name] = value || value === 0 ? value : undefined;
    }
    return options;
  }
}

/** Whether the value looks like a provider's key. Such an attribute is ignored. */
function isSecret(name: string, value: string | null): boolean {
  const secret = /^\s*(sk-|gsk_|xox)|AIza/.test(value ?? '');
  if (secret) refuse(name, 'looks like a secret key, which belongs on a server');
  return secret;
}

/** Any of the settings, by property name. */
export type ChatConfig = Partial<Omit<ChatSettings, keyof LitElement | 'config'>>;
