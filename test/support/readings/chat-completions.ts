import {counted, type Payload, type PlainReading} from './plain-reading.ts';

const FINISH: Record<string, string> = {tool_calls: 'tool-calls', content_filter: 'content-filter'};

/** Chat Completions of OpenAI and compatible providers, with the reasoning fields of each, and Mistral's content in pieces. */
export function readChatCompletions(payloads: readonly Payload[]): PlainReading {
  let [text, reasoning, finish] = ['', '', ''];
  let usage: Payload = {};
  const tools: {name: string; arguments: string}[] = [];
  for (const payload of payloads) {
    usage = payload.usage ?? payload.x_groq?.usage ?? usage;
    const choice = payload.choices?.[0];
    const {content, tool_calls: calls = [], ...delta} = choice?.delta ?? {};
    if (typeof content === 'string') text += content;
    else {
      for (const piece of content ?? []) {
        text += piece.text ?? '';
        for (const thought of piece.thinking ?? []) reasoning += thought.text;
      }
    }
    reasoning += delta.reasoning ?? delta.reasoning_content ?? '';
    for (const {index = 0, function: called} of calls ?? []) {
      tools[index] ??= {name: '', arguments: ''};
      tools[index].name += called.name ?? '';
      tools[index].arguments += called.arguments ?? '';
    }
    finish = choice?.finish_reason ?? finish;
  }
  return {
    text,
    reasoning,
    tools,
    finish: FINISH[finish] ?? finish,
    usage: counted({
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      totalTokens: usage.total_tokens,
      reasoningTokens: usage.completion_tokens_details?.reasoning_tokens,
    }),
  };
}
