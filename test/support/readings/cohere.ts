import {counted, type Payload, type PlainReading} from './plain-reading.ts';

const FINISH: Record<string, string> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
};

/** Cohere's v2 chat. The plan it makes before it calls tools counts as reasoning, not as text. */
export function readCohere(payloads: readonly Payload[]): PlainReading {
  let [text, reasoning, finish] = ['', '', ''];
  let usage: Payload = {};
  const tools: {name: string; arguments: string}[] = [];
  for (const {type, index, delta} of payloads) {
    const {content, tool_plan: plan, tool_calls: call} = delta?.message ?? {};
    text += content?.text ?? '';
    reasoning += (content?.thinking ?? '') + (plan ?? '');
    if (type === 'tool-call-start') tools[index] = {name: call.function.name, arguments: ''};
    if (type.startsWith('tool-call-')) tools[index]!.arguments += call?.function.arguments ?? '';
    finish = delta?.finish_reason ?? finish;
    usage = delta?.usage?.tokens ?? usage;
  }
  return {
    text,
    reasoning,
    tools,
    finish: FINISH[finish],
    usage: counted({inputTokens: usage.input_tokens, outputTokens: usage.output_tokens}),
  };
}
