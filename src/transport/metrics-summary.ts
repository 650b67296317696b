import type {CompletionMetrics, MessageStatus} from '../protocol/message.ts';

/** Half of the answers took at most `p50`, 95 in 100 at most `p95`. Milliseconds, each measured on an actual answer. */
export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
}

/** Figures over the last answers. */
export interface MetricsSummary {
  /** The number of answers. */
  readonly count: number;
  /** The share of them that ended as `error` or `interrupted`, from 0 to 1. */
  readonly errorRate: number;
  /** Of the answers that had a first token; absent if none had. */
  readonly timeToFirstToken?: Percentiles;
  readonly duration?: Percentiles;
}

/** What an answer must have to be counted: a final `Message`, or a `CompletionResult`. */
export interface MeasuredAnswer {
  readonly status: MessageStatus;
  readonly metrics?: CompletionMetrics | undefined;
}

/**
 * Summarises the last `size` answers (1 or more; default 100) as they become final:
 * `chat.addEventListener('chat-message', ({message}) => summary.add(message))`.
 * @throws {RangeError} if `size` is not a whole number above 0.
 */
export function createMetricsSummary(size = 100): {
  /** A message without metrics, such as a user's, is not counted. */
  add(answer: MeasuredAnswer): void;
  readonly current: MetricsSummary;
} {
  if (!Number.isInteger(size) || size < 1) throw new RangeError('The size must be a whole number above 0.');
  let answers: {failed: boolean; metrics: CompletionMetrics}[] = [];
  return {
    add({status, metrics}) {
      if (!metrics) return;
      const failed = status === 'error' || status === 'interrupted';
      answers = [...answers, {failed, metrics}].slice(-size);
    },

    get current() {
      const count = answers.length;
      const timeToFirstToken = percentiles(answers.map(answer => answer.metrics.timeToFirstToken));
      const duration = percentiles(answers.map(answer => answer.metrics.duration));
      const errorRate = count && answers.filter(answer => answer.failed).length / count;
      return {
        count,
        errorRate,
        ...(timeToFirstToken && {timeToFirstToken}),
        ...(duration && {duration}),
      };
    },
  };
}

function percentiles(values: readonly (number | undefined)[]): Percentiles | undefined {
  const known = values.filter(value => value !== undefined).sort((a, b) => a - b);
  const at = (share: number) => known[Math.ceil(share * known.length) - 1];
  const [p50, p95] = [at(0.5), at(0.95)];
  return p50 !== undefined && p95 !== undefined ? {p50, p95} : undefined;
}
