import {FakeListChatModel} from '@langchain/core/utils/testing';
import {END, MessagesAnnotation, START, StateGraph} from '@langchain/langgraph';
import {ANSWER, echo, type LibraryServer, serve} from './serve.ts';

/** An agent of one node, whose model says a character at a time. */
const graph = new StateGraph(MessagesAnnotation)
  .addNode('agent', async ({messages}) => {
    const prompt = `${messages.at(-1)?.content}`;
    const responses = [[...ANSWER, echo(prompt)].join('')];
    // Without a pause between its characters the graph is over before it has passed on the last ones.
    const model = new FakeListChatModel({responses, sleep: 1});
    return {messages: [await model.invoke(messages)]};
  })
  .addEdge(START, 'agent')
  .addEdge('agent', END)
  .compile();

/** What the platform calls its stream modes, and the library. */
const MODES = {'messages-tuple': 'messages', values: 'values', updates: 'updates'} as const;

/**
 * LangGraph's own event stream behind the platform's path, with the events that the platform puts around it.
 * `?mode=values` has another stream mode than the one that was asked for.
 */
export function startLangGraph(): Promise<LibraryServer> {
  return serve(app => {
    app.post('/runs/stream', async (request, response) => {
      const {input, stream_mode: [asked] = [], assistant_id: assistant} = request.body;
      const mode = `${request.query['mode'] ?? asked}` as keyof typeof MODES;
      if (assistant !== 'agent' || !MODES[mode]) {
        response.status(404).json({detail: `There is no assistant ${assistant}, or no mode ${mode}.`});
        return;
      }
      response.writeHead(200, {'content-type': 'text/event-stream'});
      response.write(': heartbeat\n\nevent: metadata\ndata: {"run_id":"1f0","attempt":1}\n\n');
      const stream = await graph.stream(input, {streamMode: [MODES[mode]], encoding: 'text/event-stream'});
      for await (const chunk of stream) response.write(chunk);
      response.end('event: end\n\n');
    });
  });
}
