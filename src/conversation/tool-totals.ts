import type {CompletionMetrics, Message, Usage} from '../protocol/message.ts';
import type {CompletionResult} from '../transport/completion-stream.ts';

/** How an answer of several requests ended. Without new metrics if none was made. */
export type RoundsResult = Omit<CompletionResult, 'metrics' | 'text'> & {
  readonly metrics: CompletionMetrics | undefined;
};

/** The totals over an answer's rounds. The last round says how it ended. */
export function addUp(results: readonly CompletionResult[], answer: Message | undefined): RoundsResult {
  const last = results.at(-1);
  if (last && results.length === 1) return last;
  const used = results.flatMap(({usage}) => usage ?? []);
  return {
    status: last?.status ?? 'interrupted',
    finishReason: last?.finishReason ?? answer?.finishReason,
    error: last?.error,
    segments: last?.segments ?? answer?.segments ?? [],
    requestIds: results.flatMap(({requestIds}) => requestIds),
    usage: used.length > 0 ? sum<Usage>(used) : answer?.usage,
    metrics: results.length > 0 ? measured(results.map(({metrics}) => metrics)) : answer?.metrics,
  };
}

/** Times cover only the requests, not the page's tools. */
function measured(all: readonly CompletionMetrics[]): CompletionMetrics {
  const {timeToFirstToken: _, tokensPerSecond: __, charactersPerSecond: ___, ...total} = sum(all);
  const told = all.findIndex(({timeToFirstToken}) => timeToFirstToken !== undefined);
  if (told < 0) return total;
  const waited = all.slice(0, told).reduce((time, {duration}) => time + duration, 0);
  const timeToFirstToken = waited + (all[told]?.timeToFirstToken ?? 0);
  const seconds = (total.duration - timeToFirstToken) / 1000;
  return {
    ...total,
    timeToFirstToken,
    ...(seconds > 0 && {
      tokensPerSecond: total.tokens / seconds,
      charactersPerSecond: total.characters / seconds,
    }),
  };
}

function sum<Counts extends object>(all: readonly Counts[]): Counts {
  const total: Record<string, number> = {};
  for (const counts of all) {
    for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + count;
  }
  return total as Counts;
}
