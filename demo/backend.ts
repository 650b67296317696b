/** A turn of a conversation, as models take it. */
export interface Turn {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

export interface GenerationRequest {
  /** Ends with the user's turn that is to be answered. */
  readonly turns: readonly Turn[];
  /** The answer so far, if it broke off and is to be continued. */
  readonly partial?: string;
  readonly model?: string;
  /** The conversation's id, if the client sent one. */
  readonly conversation?: string;
  /** Of this response, not of the whole answer. */
  readonly maxTokens?: number;
  readonly includeUsage?: boolean;
  /** The body of an OpenAI-compatible request; forwarded as it is if there is another server behind this one. */
  readonly body?: Readonly<Record<string, unknown>>;
}

/** The part of an OpenAI `chat.completion.chunk` that this server reads; the rest is passed on unchanged. */
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
  /** Position of the first character in the answer, in UTF-16 units; absent if the backend cannot know it. */
  readonly continueFrom?: number;
  /** The id to quote when asking the provider about this request. */
  readonly requestId?: string;
  readonly chunks: AsyncIterable<Chunk>;
}

/** Speed of the scripted model; a backend with a real model ignores it. */
export interface Pace {
  /** 0 means as fast as the network allows. */
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
