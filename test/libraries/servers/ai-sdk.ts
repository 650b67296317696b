import {
  convertToModelMessages,
  createUIMessageStream,
  jsonSchema,
  pipeTextStreamToResponse,
  pipeUIMessageStreamToResponse,
  stepCountIs,
  streamText,
  tool,
  type UIMessage,
  validateUIMessages,
} from 'ai';
import {MockLanguageModelV3, simulateReadableStream} from 'ai/test';
import {ANSWER, echo, type LibraryServer, PACE, serve, THOUGHT} from './serve.ts';

type Model = ConstructorParameters<typeof MockLanguageModelV3>[0] & object;
type StreamResult = Awaited<
  ReturnType<Extract<NonNullable<Model['doStream']>, (...args: never[]) => unknown>>
>;
type ModelPart = StreamResult['stream'] extends ReadableStream<infer Part> ? Part : never;

const usage = {
  inputTokens: {total: 7, noCache: 7, cacheRead: undefined, cacheWrite: undefined},
  outputTokens: {total: 9, text: 9, reasoning: undefined},
};

/** A model that thinks, asks a tool once if there is one, and answers. */
function model(prompt: string, callsTool: boolean): MockLanguageModelV3 {
  let steps = 0;
  const stream = (chunks: ModelPart[]) => ({stream: simulateReadableStream({chunks, chunkDelayInMs: PACE})});
  return new MockLanguageModelV3({
    doStream: async () => {
      if (callsTool && steps++ === 0) {
        return stream([
          {type: 'stream-start', warnings: []},
          {type: 'tool-input-start', id: 'c1', toolName: 'weather'},
          {type: 'tool-input-delta', id: 'c1', delta: '{"city":'},
          {type: 'tool-input-delta', id: 'c1', delta: '"Essen"}'},
          {type: 'tool-input-end', id: 'c1'},
          {type: 'tool-call', toolCallId: 'c1', toolName: 'weather', input: '{"city":"Essen"}'},
          {type: 'finish', finishReason: {unified: 'tool-calls', raw: undefined}, usage},
        ]);
      }
      return stream([
        {type: 'stream-start', warnings: []},
        {type: 'reasoning-start', id: 'r'},
        ...THOUGHT.map((delta): ModelPart => ({type: 'reasoning-delta', id: 'r', delta})),
        {type: 'reasoning-end', id: 'r'},
        {type: 'text-start', id: 't'},
        ...[...ANSWER, echo(prompt)].map((delta): ModelPart => ({type: 'text-delta', id: 't', delta})),
        {type: 'text-end', id: 't'},
        {type: 'finish', finishReason: {unified: 'stop', raw: undefined}, usage},
      ]);
    },
  });
}

const weather = tool({
  inputSchema: jsonSchema<{city: string}>({type: 'object', properties: {city: {type: 'string'}}}),
  execute: async ({city}) => ({city, degrees: 20}),
});

/** The AI SDK: `createUIMessageStream`, as its own guide has it, and a text stream. */
export function startAiSdk(): Promise<LibraryServer> {
  return serve(app => {
    const ask = async (body: {messages: UIMessage[]}, callsTool: boolean) => {
      const messages = await validateUIMessages({messages: body.messages});
      const prompt = messages
        .at(-1)!
        .parts.map(part => (part.type === 'text' ? part.text : ''))
        .join('');
      return streamText({
        model: model(prompt, callsTool),
        messages: await convertToModelMessages(messages),
        ...(callsTool && {tools: {weather}, stopWhen: stepCountIs(3)}),
      });
    };

    app.post(['/api/chat', '/api/tool'], (request, response) => {
      const stream = createUIMessageStream({
        async execute({writer}) {
          const result = await ask(request.body, request.path === '/api/tool');
          writer.write({type: 'source-url', sourceId: 's', url: 'https://example.org/', title: 'Example'});
          writer.write({type: 'data-note', id: 'n', data: {of: 'the page'}});
          writer.merge(result.toUIMessageStream({sendReasoning: true}));
        },
      });
      pipeUIMessageStreamToResponse({response, stream});
    });

    // Its model calls a tool that only the page has, and then answers with what that said.
    app.post('/api/page-tool', async (request, response) => {
      const inputSchema = jsonSchema<unknown>(request.body.tools.weather.parameters);
      const tools = {weather: tool({inputSchema, outputSchema: jsonSchema<unknown>({})})};
      const messages = await validateUIMessages({messages: request.body.messages, tools});
      const asked = await convertToModelMessages(messages, {tools});
      const last = asked.at(-1);
      const said = last?.role === 'tool' ? JSON.stringify(last.content) : '';
      const result = streamText({model: model(said, said === ''), messages: asked, tools});
      result.pipeUIMessageStreamToResponse(response);
    });

    app.post('/api/fails', (_request, response) => {
      const stream = createUIMessageStream({
        async execute({writer}) {
          writer.write({type: 'text-start', id: 't'});
          writer.write({type: 'text-delta', id: 't', delta: 'Half'});
          throw new Error('Overheated.');
        },
        onError: error => (error as Error).message,
      });
      pipeUIMessageStreamToResponse({response, stream});
    });

    app.post('/api/text', async (request, response) => {
      const {textStream} = await ask(request.body, false);
      pipeTextStreamToResponse({response, textStream});
    });
  });
}
