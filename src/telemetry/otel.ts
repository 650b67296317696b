import type {Attributes, Meter, SpanKind, SpanStatusCode, Tracer} from '@opentelemetry/api';
import type {Message} from '../client.ts';

/**
 * Where to report to, and what to say about the model. Without a meter there are no metrics, without a tracer no spans.
 */
export interface ObserveOptions {
  readonly meter?: Meter;
  readonly tracer?: Tracer;
  /** `gen_ai.provider.name`, such as `openai` or `groq`. Default `_OTHER`. */
  readonly provider?: string;
  /** `gen_ai.request.model`. Default: the element's `model` at that time. */
  readonly model?: string;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
}

/** Where an answer came from, read when it is final. */
export interface AnswerSource {
  readonly model?: string | null | undefined;
  readonly endpoint?: string | URL | null | undefined;
  /** What a relative endpoint is relative to. */
  readonly baseURI?: string;
}

// As numbers, because importing the values would bundle `@opentelemetry/api`, which is a peer only for its types.
const CLIENT = 2 satisfies SpanKind.CLIENT;
const ERROR = 2 satisfies SpanStatusCode.ERROR;

/** Bucket boundaries in seconds and in tokens, as the conventions advise. */
const DURATIONS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const FIRST_CHUNKS = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const TOKENS = [...Array(14).keys()].map(power => 4 ** power);

/**
 * Reports each answer that an `<sse-chat>` (or anything its events bubble to) finishes, by the semantic conventions for
 * generative AI: a client span and `gen_ai.client.operation.duration`, `…time_to_first_chunk` and
 * `gen_ai.client.token.usage`. No text of any message is reported. Returns a function that stops it.
 * Source: https://opentelemetry.io/docs/specs/semconv/gen-ai/
 */
export function observe(target: EventTarget, options: ObserveOptions): () => void {
  const record = answerRecorder(options);
  const onMessage = (event: Event) => {
    const {message} = event as Event & {readonly message: Message};
    record(message, (event.target ?? {}) as AnswerSource);
  };
  target.addEventListener('chat-message', onMessage);
  return () => target.removeEventListener('chat-message', onMessage);
}

/** The same without a page: call the returned function with each answer of a `Conversation` once it is final. */
export function answerRecorder(options: ObserveOptions): (message: Message, source?: AnswerSource) => void {
  const {meter, tracer, provider = '_OTHER', now = Date.now} = options;
  const histogram = (name: string, unit: string, description: string, explicitBucketBoundaries: number[]) =>
    meter?.createHistogram(name, {unit, description, advice: {explicitBucketBoundaries}});
  const duration = histogram(
    'gen_ai.client.operation.duration',
    's',
    'Duration of an answer, with all of its requests.',
    DURATIONS,
  );
  const firstChunk = histogram(
    'gen_ai.client.operation.time_to_first_chunk',
    's',
    'From the first request to the first visible character.',
    FIRST_CHUNKS,
  );
  const usage = histogram(
    'gen_ai.client.token.usage',
    '{token}',
    'Tokens that the provider counted.',
    TOKENS,
  );

  return (message, source = {}) => {
    const {metrics} = message;
    if (!metrics) return; // No request was made for this message here.
    const model = options.model ?? source.model ?? undefined;
    const attributes: Attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': provider,
      ...(model && {'gen_ai.request.model': model}),
      ...serverOf(source),
      ...(message.error && {'error.type': message.error.kind}),
    };
    duration?.record(metrics.duration / 1000, attributes);
    if (metrics.timeToFirstToken !== undefined)
      firstChunk?.record(metrics.timeToFirstToken / 1000, attributes);
    const {inputTokens, outputTokens} = message.usage ?? {};
    if (inputTokens !== undefined) usage?.record(inputTokens, {...attributes, 'gen_ai.token.type': 'input'});
    if (outputTokens !== undefined)
      usage?.record(outputTokens, {...attributes, 'gen_ai.token.type': 'output'});

    const end = now();
    const span = tracer?.startSpan(model ? `chat ${model}` : 'chat', {
      kind: CLIENT,
      startTime: end - metrics.duration,
      attributes: {...attributes, ...answerAttributes(message)},
    });
    if (message.error) span?.setStatus({code: ERROR, message: message.error.message});
    span?.end(end);
  };
}

/** Attributes that are too fine-grained for a metric, and belong to the span. */
function answerAttributes({finishReason, usage, metrics, requestIds, status}: Message): Attributes {
  return {
    'sse_chat.status': status,
    ...(finishReason && {'gen_ai.response.finish_reasons': [finishReason]}),
    ...(usage?.inputTokens !== undefined && {'gen_ai.usage.input_tokens': usage.inputTokens}),
    ...(usage?.outputTokens !== undefined && {'gen_ai.usage.output_tokens': usage.outputTokens}),
    ...(requestIds.length > 0 && {'sse_chat.request_ids': [...requestIds]}),
    ...(metrics && {
      'sse_chat.requests': metrics.requests,
      'sse_chat.retries': metrics.retries,
      'sse_chat.resumes': metrics.resumes,
      'sse_chat.continuations': metrics.continuations,
      'sse_chat.rate_limits': metrics.rateLimits,
      'sse_chat.stalls': metrics.stalls,
      'sse_chat.malformed': metrics.malformed,
    }),
  };
}

function serverOf({endpoint, baseURI}: AnswerSource): Attributes {
  if (!endpoint || !URL.canParse(endpoint, baseURI)) return {};
  const {hostname, port, protocol} = new URL(endpoint, baseURI);
  return {'server.address': hostname, 'server.port': Number(port) || (protocol === 'https:' ? 443 : 80)};
}
