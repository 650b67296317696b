/** A turn of a conversation as models take it. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface GenerationRequest {
  /** Ends with the user's turn that is answered. */
  readonly turns: readonly Turn[];
  /** The answer so far, when it broke off and is to be gone on with. */
  readonly partial?: string;
  readonly model?: string;
  /** The conversation's id, where the client gave one. */
  readonly conversation?: string;
  /** Tokens of this response, not of the whole answer. */
  readonly maxTokens?: number;
  readonly includeUsage?: boolean;
  /** The body of an OpenAI-compatible request, sent on as it is where there is a server behind this one. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The part of an OpenAI `chat.completion.chunk` that this server reads; the rest is passed on as it came. */
export interface Chunk {
  readonly id: string;
  readonly object: 'chat.completion.chunk';
  readonly created: number;
  readonly model: string;
  readonly choices: readonly {
    readonly index: number;
    readonly delta: {readonly role?: string; readonly content?: string | null};
    readonly finish_reason: string | null;
  }[];
  readonly usage?: Readonly<Record<string, unknown>> | null;
}

export interface Generation {
  /** Where in the answer the first character stands, in UTF-16 units; absent where the backend cannot know. */
  readonly continueFrom?: number;
  /** The id to quote to the provider. */
  readonly requestId?: string;
  readonly chunks: AsyncIterable<Chunk>;
}

/** Speed of the scripted model; a backend with a model of its own ignores it. */
export interface Pace {
  /** 0 means as fast as the network takes it. */
  readonly tokensPerSecond: number;
  /** Milliseconds before the first token. */
  readonly firstTokenDelay: number;
}

export interface Backend {
  readonly name: string;
  readonly models: readonly string[];
  /** @throws {BackendError} before the first byte; afterwards `chunks` throws. */
  open(request: GenerationRequest, pace: Pace, signal: AbortSignal): Promise<Generation>;
}

/** A refusal that is passed on to the page. `message` must be safe to show: no key, no upstream body. */
export class BackendError extends Error {
  override readonly name = 'BackendError';
  readonly status: number;
  readonly code: string;
  /** Seconds, as `Retry-After` takes them. */
  readonly retryAfter: string | undefined;

  constructor(status: number, code: string, message: string, retryAfter?: string) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
