import {counted, type Payload, type PlainReading} from './plain-reading.ts';

const FINISH: Record<string, string> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool-calls',
  refusal: 'content-filter',
};

/** Anthropic's Messages. A `message_start` with another id starts again: what came before it is discarded. */
export function readAnthropic(payloads: readonly Payload[]): PlainReading {
  let [text, reasoning, finish, id] = ['', '', '', ''];
  let usage: Payload = {};
  let tools = new Map<number, {name: string; arguments: string}>();
  for (const payload of payloads) {
    if (payload.type === 'message_start' && payload.message.id !== id) {
      [text, reasoning, id, tools] = ['', '', payload.message.id, new Map()];
      usage = payload.message.usage;
    }
    const {delta, index, content_block: block} = payload;
    if (block?.type === 'tool_use' || block?.type === 'server_tool_use')
      tools.set(index, {name: block.name, arguments: ''});
    text += delta?.text ?? '';
    reasoning += delta?.thinking ?? '';
    if (delta?.partial_json) tools.get(index)!.arguments += delta.partial_json;
    finish = delta?.stop_reason ?? finish;
    usage = {...usage, ...payload.usage};
  }
  return {
    text,
    reasoning,
    tools: [...tools.values()],
    finish: FINISH[finish],
    usage: counted({inputTokens: usage.input_tokens, outputTokens: usage.output_tokens}),
  };
}
