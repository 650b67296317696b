import {counted, type Payload, type PlainReading} from './plain-reading.ts';

/** Gemini's `streamGenerateContent`. Arguments arrive as an object, or piece by piece under the path of each. */
export function readGemini(payloads: readonly Payload[]): PlainReading {
  let [text, reasoning, finish] = ['', '', ''];
  let usage: Payload = {};
  const tools: {name: string; args: Record<string, unknown>}[] = [];
  for (const payload of payloads) {
    usage = payload.usageMetadata ?? usage;
    const candidate = payload.candidates?.[0];
    for (const {text: piece = '', thought, functionCall: call} of candidate?.content?.parts ?? []) {
      if (thought) reasoning += piece;
      else text += piece;
      if (call?.name) tools.push({name: call.name, args: call.args ?? {}});
      for (const {jsonPath, stringValue} of call?.partialArgs ?? []) {
        const {args} = tools.at(-1)!;
        const key = jsonPath.slice('$.'.length);
        args[key] = (args[key] ?? '') + stringValue;
      }
    }
    finish = candidate?.finishReason ?? finish;
  }
  return {
    text,
    reasoning,
    tools: tools.map(({name, args}) => ({name, arguments: JSON.stringify(args)})),
    finish: finish === 'STOP' ? (tools.length > 0 ? 'tool-calls' : 'stop') : finish,
    usage: counted({
      inputTokens: usage.promptTokenCount,
      outputTokens: usage.candidatesTokenCount,
      totalTokens: usage.totalTokenCount,
      reasoningTokens: usage.thoughtsTokenCount,
    }),
  };
}

/** Gemini's Interactions. */
export function readInteractions(payloads: readonly Payload[]): PlainReading {
  let text = '';
  let last: Payload = {};
  for (const {delta, interaction} of payloads) {
    if (delta?.type === 'text') text += delta.text;
    last = interaction ?? last;
  }
  const {usage = {}} = last;
  return {
    text,
    reasoning: '',
    tools: [],
    finish: last.status === 'completed' ? 'stop' : undefined,
    usage: counted({
      inputTokens: usage.total_input_tokens,
      outputTokens: usage.total_output_tokens,
      totalTokens: usage.total_tokens,
      reasoningTokens: usage.total_thought_tokens,
    }),
  };
}
