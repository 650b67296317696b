import {setTimeout as delay} from 'node:timers/promises';
import {type AGUIEvent, EventType, type Message} from '@ag-ui/core';
import {RunAgentInputSchema} from '@ag-ui/core/schemas';
import {EventEncoder} from '@ag-ui/encoder';
import {ANSWER, echo, type LibraryServer, PACE, serve, THOUGHT} from './serve.ts';

/** An agent that speaks AG-UI by the protocol's own encoder. It refuses input that is not of the protocol. */
export function startAgUi(): Promise<LibraryServer> {
  return serve(app => {
    app.post(['/agent', '/fails'], async (request, response) => {
      const input = RunAgentInputSchema.safeParse(request.body);
      if (!input.success) {
        response.status(422).json({error: input.error.message});
        return;
      }
      const {threadId, runId} = input.data;
      const messages = input.data.messages as Message[];
      const last = messages.at(-1);
      const prompt = last?.role === 'user' && typeof last.content === 'string' ? last.content : '';
      const encoder = new EventEncoder({accept: request.headers.accept ?? ''});
      response.writeHead(200, {'content-type': encoder.getContentType()});
      const send = async (event: AGUIEvent) => {
        response.write(encoder.encode(event));
        await delay(PACE);
      };
      await send({type: EventType.RUN_STARTED, threadId, runId});
      if (input.data.tools.length > 0) {
        // The tools are the page's: one is called, and then what it said is answered with.
        if (last?.role === 'tool') {
          const content = `It said: ${last.content}`;
          await send({
            type: EventType.TEXT_MESSAGE_CHUNK,
            messageId: 'm',
            role: 'assistant',
            delta: 'It said',
          });
          const answer = {id: 'm', role: 'assistant', content} as const;
          await send({type: EventType.MESSAGES_SNAPSHOT, messages: [...messages, answer]});
        } else {
          await send({
            type: EventType.TEXT_MESSAGE_CHUNK,
            messageId: 'n',
            role: 'assistant',
            delta: 'Let me see.',
          });
          const [tool] = input.data.tools;
          await send({type: EventType.TOOL_CALL_START, toolCallId: 'c', toolCallName: `${tool?.name}`});
          await send({type: EventType.TOOL_CALL_ARGS, toolCallId: 'c', delta: '{"city":"Essen"}'});
          await send({type: EventType.TOOL_CALL_END, toolCallId: 'c'});
        }
        await send({type: EventType.RUN_FINISHED, threadId, runId});
        response.end();
        return;
      }
      await send({type: EventType.STEP_STARTED, stepName: 'think'});
      await send({type: EventType.REASONING_START, messageId: 'r'});
      await send({type: EventType.REASONING_MESSAGE_START, messageId: 'r', role: 'reasoning'});
      for (const delta of THOUGHT) {
        await send({type: EventType.REASONING_MESSAGE_CONTENT, messageId: 'r', delta});
      }
      await send({type: EventType.REASONING_MESSAGE_END, messageId: 'r'});
      await send({type: EventType.REASONING_END, messageId: 'r'});
      await send({type: EventType.STEP_FINISHED, stepName: 'think'});
      await send({type: EventType.TOOL_CALL_START, toolCallId: 'c', toolCallName: 'weather'});
      await send({type: EventType.TOOL_CALL_ARGS, toolCallId: 'c', delta: '{"city":'});
      await send({type: EventType.TOOL_CALL_ARGS, toolCallId: 'c', delta: '"Essen"}'});
      await send({type: EventType.TOOL_CALL_END, toolCallId: 'c'});
      await send({type: EventType.TOOL_CALL_RESULT, messageId: 'n', toolCallId: 'c', content: '20 °'});
      await send({type: EventType.STATE_SNAPSHOT, snapshot: {asked: 1}});
      await send({type: EventType.TEXT_MESSAGE_START, messageId: 'm', role: 'assistant'});
      if (request.path === '/fails') {
        await send({type: EventType.TEXT_MESSAGE_CONTENT, messageId: 'm', delta: 'Half'});
        await send({type: EventType.RUN_ERROR, message: 'Overheated.'});
        response.end();
        return;
      }
      for (const delta of [...ANSWER, echo(prompt)]) {
        await send({type: EventType.TEXT_MESSAGE_CONTENT, messageId: 'm', delta});
      }
      await send({type: EventType.TEXT_MESSAGE_END, messageId: 'm'});
      const content = [...ANSWER, echo(prompt)].join('');
      await send({
        type: EventType.MESSAGES_SNAPSHOT,
        messages: [...messages, {id: 'm', role: 'assistant', content}],
      });
      await send({type: EventType.RUN_FINISHED, threadId, runId});
      response.end();
    });
  });
}
