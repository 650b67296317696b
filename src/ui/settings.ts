import {LitElement, type PropertyDeclarations} from 'lit';
import type {ContextStrategy} from '../conversation/context-window.ts';
import type {ConversationOptions} from '../conversation/conversation.ts';
import type {StreamCompletionOptions} from '../transport/options.ts';
import type {AnnounceMode} from './narrator.ts';
import type {ChatStringsOverride} from './strings.ts';

export type ChatMode = 'inline' | 'popup' | 'panel' | 'fullscreen';

/** Text that would give a provider's key away to everybody who reads the page. */
const SECRET = /^sk-|^gsk_|AIza|^xox/;

const text = {type: String} as const;
const number = {type: Number} as const;

/** What goes into requests as it is, beside the endpoint. */
const REQUEST_SETTINGS = [
  'dialect',
  'model',
  'temperature',
  'maxTokens',
  'stopSequences',
  'instructions',
  'includeUsage',
  'credentials',
  'continuation',
  'maxContinuations',
  'connectTimeout',
  'firstEventTimeout',
  'idleTimeout',
  'maxRetries',
  'context',
  'contextTurns',
  'contextTokens',
  'headers',
  'fetch',
  'prepareRequest',
] as const satisfies readonly (keyof ConversationOptions)[];

/** Takes back every setting that was made before. */
export const UNSET: object = Object.fromEntries(REQUEST_SETTINGS.map(name => [name, undefined]));

/** What is kept in sync with the style sheet. A default is neither reflected nor lost with its attribute. */
const looks = {type: String, reflect: true, useDefault: true} as const;
const choice = {type: String, useDefault: true} as const;

/** A space-separated list as an attribute, an array as a property. */
const toList = (value: string | null): readonly string[] => value?.split(/\s+/).filter(Boolean) ?? [];

/** The settings of `<sse-chat>`: its attributes and the properties that go with them. */
export abstract class ChatSettings extends LitElement {
  static override properties: PropertyDeclarations = {
    endpoint: text,
    dialect: choice,
    model: text,
    temperature: number,
    maxTokens: {type: Number, attribute: 'max-tokens'},
    stopSequences: {type: Array, attribute: 'stop-sequences'},
    instructions: text,
    includeUsage: {type: Boolean, attribute: 'include-usage'},
    credentials: choice,
    mode: looks,
    open: {type: Boolean, reflect: true},
    heading: text,
    placeholder: text,
    greeting: text,
    theme: looks,
    history: choice,
    historyKey: {type: String, attribute: 'history-key'},
    retentionDays: {type: Number, attribute: 'retention-days'},
    conversationId: {type: String, attribute: 'conversation-id'},
    continuation: choice,
    maxContinuations: {type: Number, attribute: 'max-continuations'},
    connectTimeout: {type: Number, attribute: 'connect-timeout'},
    firstEventTimeout: {type: Number, attribute: 'first-event-timeout'},
    idleTimeout: {type: Number, attribute: 'idle-timeout'},
    maxRetries: {type: Number, attribute: 'max-retries'},
    context: choice,
    contextTurns: {type: Number, attribute: 'context-turns'},
    contextTokens: {type: Number, attribute: 'context-tokens'},
    imageOrigins: {attribute: 'image-origins', converter: toList},
    announce: choice,
    headers: {attribute: false},
    fetch: {attribute: false},
    prepareRequest: {attribute: false},
    suggestions: {attribute: false},
    strings: {attribute: false},
    config: {attribute: false, noAccessor: true},
  };

  /** URL that is POSTed to: https, loopback, or of the page's own origin. */
  declare endpoint: string | null | undefined;
  /** `auto`, `openai` or `token`; or a dialect of the page's own, as a property. */
  declare dialect: NonNullable<StreamCompletionOptions['dialect']>;
  /** Sent when set, in the dialect's own words. */
  declare model: string | null | undefined;
  /** Of the model. */
  declare temperature: number | null | undefined;
  /** Longest answer, in tokens. */
  declare maxTokens: number | null | undefined;
  /** Texts that end an answer; a JSON array as an attribute. */
  declare stopSequences: readonly string[] | null | undefined;
  /** The system prompt. */
  declare instructions: string | null | undefined;
  /** Asks for the tokens that were billed. */
  declare includeUsage: boolean;
  /** As in `fetch`. */
  declare credentials: RequestCredentials;
  /** `inline`, `popup`, `panel` or `fullscreen`. */
  declare mode: ChatMode;
  /** Whether a popup, panel or fullscreen chat is open. */
  declare open: boolean;
  /** The chat's name, at its top and for screen readers. */
  declare heading: string | null | undefined;
  /** Stands in the empty text box. */
  declare placeholder: string | null | undefined;
  /** Shown while there is no message. */
  declare greeting: string | null | undefined;
  /** `auto` follows the page's `color-scheme`; `light`, `dark`. */
  declare theme: 'auto' | 'light' | 'dark';
  /** Where conversations are kept: `indexeddb`, `memory`, or `none`. */
  declare history: 'indexeddb' | 'memory' | 'none';
  /** Keeps the conversations of different users apart. */
  declare historyKey: string | null | undefined;
  /** Conversations that were not used for so many days are forgotten. */
  declare retentionDays: number | null | undefined;
  /** The conversation to show. Without it this tab's last one, else the newest. */
  declare conversationId: string | null | undefined;
  /** What happens when an answer breaks off: `auto`, `resume`, `prefill`, `continue-turn`, `manual`, `off`. */
  declare continuation: NonNullable<StreamCompletionOptions['continuation']>;
  /** Automatic continuations of one answer. Default 2. */
  declare maxContinuations: number | null | undefined;
  /** Milliseconds. Default 30000. */
  declare connectTimeout: number | null | undefined;
  /** Milliseconds. Default 60000. */
  declare firstEventTimeout: number | null | undefined;
  /** Milliseconds. Default 30000. */
  declare idleTimeout: number | null | undefined;
  /** Retries before the first visible character. Default 4. */
  declare maxRetries: number | null | undefined;
  /** How much of the conversation is sent along: `full`, `window` or `budget`. */
  declare context: ContextStrategy;
  /** Turns sent along with `context="window"`. Default 10. */
  declare contextTurns: number | null | undefined;
  /** Tokens sent along with `context="budget"`. Default 4000. */
  declare contextTokens: number | null | undefined;
  /** Exact origins whose images are shown without a click; space-separated as an attribute. */
  declare imageOrigins: readonly string[];
  /** What screen readers say: `complete`, `sentences`, `status-only` or `off`. */
  declare announce: AnnounceMode;
  /** Sent with each request; a function is asked anew for each. */
  declare headers: StreamCompletionOptions['headers'];
  /** Replaces the page's `fetch`. */
  declare fetch: StreamCompletionOptions['fetch'];
  /** May change each request before it leaves. */
  declare prepareRequest: StreamCompletionOptions['prepareRequest'];
  /** Offered while there is no message. */
  declare suggestions: readonly string[] | null | undefined;
  /** Texts that take the place of the English ones. */
  declare strings: ChatStringsOverride | null | undefined;

  #config: Readonly<Record<string, unknown>> = {};

  constructor() {
    super();
    this.dialect = 'auto';
    this.includeUsage = false;
    this.credentials = 'same-origin';
    this.mode = 'inline';
    this.open = false;
    this.theme = 'auto';
    this.history = 'indexeddb';
    this.continuation = 'auto';
    this.context = 'budget';
    this.imageOrigins = [];
    this.announce = 'complete';
  }

  /** Many settings at once, by the names of their properties. Merges: what is not named stays as it is. */
  get config(): Readonly<Record<string, unknown>> {
    return this.#config;
  }
  set config(config: ChatConfig | null | undefined) {
    const known = (this.constructor as typeof LitElement).elementProperties;
    const kept: Record<string, unknown> = {...this.#config};
    for (const [name, value] of Object.entries(config ?? {})) {
      if (name === 'config' || !known.has(name)) {
        console.error(`sse-chat: config has no setting "${name}".`);
        continue;
      }
      kept[name] = value;
      Object.assign(this, {[name]: value});
    }
    this.#config = kept;
  }

  override attributeChangedCallback(name: string, old: string | null, value: string | null): void {
    if (value !== null && this.refuseSecret(name, value)) return;
    super.attributeChangedCallback(name, old, value);
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const {name, value} of this.attributes) this.refuseSecret(name, value);
  }

  /** Whether the value looks like a provider's key. Such an attribute is not used. */
  protected refuseSecret(name: string, value: string): boolean {
    const secret = SECRET.test(value.trim());
    if (secret) {
      console.error(
        `sse-chat: the attribute "${name}" looks like a secret key and is not used. ` +
          'Everybody who opens this page can read it. Keep the key on a server and let "endpoint" point there.',
      );
    }
    return secret;
  }

  /** What requests are made of. Settings that were not made are left to the core's defaults. */
  protected get requestOptions(): ConversationOptions {
    const set = REQUEST_SETTINGS.map(name => [name, this[name]] as const).filter(
      ([, value]) => value !== undefined && value !== null && value !== false,
    );
    return {endpoint: this.endpoint ?? '', ...Object.fromEntries(set)};
  }
}

/** Any of the settings, by the names of their properties. */
export type ChatConfig = Partial<Omit<ChatSettings, keyof LitElement | 'config'>>;
