import {counted, type Payload, type PlainReading} from './plain-reading.ts';

/** OpenAI's Responses, as OpenAI, Azure, LM Studio and GitHub send them. Items are identified by their index. */
export function readResponses(payloads: readonly Payload[]): PlainReading {
  let [text, reasoning] = ['', ''];
  let response: Payload = {};
  const tools = new Map<number, {name: string; arguments: string}>();
  for (const payload of payloads) {
    response = payload.response ?? response;
    switch (payload.type) {
      case 'response.output_text.delta':
        text += payload.delta;
        break;
      case 'response.reasoning_text.delta':
      case 'response.reasoning_summary_text.delta':
        reasoning += payload.delta;
        break;
      case 'response.output_item.added':
        if (payload.item.type === 'function_call')
          tools.set(payload.output_index, {name: payload.item.name, arguments: ''});
        break;
      case 'response.function_call_arguments.delta':
        tools.get(payload.output_index)!.arguments += payload.delta;
    }
  }
  const {status, usage = {}, error} = response;
  return {
    text,
    reasoning,
    tools: [...tools.values()],
    finish: status === 'completed' ? (tools.size > 0 ? 'tool-calls' : 'stop') : undefined,
    usage: counted({
      inputTokens: usage?.input_tokens,
      outputTokens: usage?.output_tokens,
      totalTokens: usage?.total_tokens,
      reasoningTokens: usage?.output_tokens_details?.reasoning_tokens,
    }),
    error: error?.message,
  };
}
