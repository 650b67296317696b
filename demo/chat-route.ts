import {Router} from 'express';
import {BackendError, type Turn} from './backend.ts';
import {readTurns} from './completions-route.ts';
import type {Conversations} from './conversations.ts';
import {resumeAnswer, type Service, sendBackendError, stopAnswer, streamAnswer} from './reply.ts';
import {answerTo} from './scripted-model.ts';

/** The body of `POST /api/chat`. */
interface ChatBody {
  readonly prompt?: unknown;
  readonly conversation_id?: unknown;
  readonly conversationId?: unknown;
  readonly messages?: unknown;
  readonly instructions?: unknown;
  readonly continuation?: {readonly text?: unknown} | null;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Removes the answer so far, and any turn that asks to continue it, so that the last turn is a question. */
function upToQuestion(turns: readonly Turn[], partial: string): readonly Turn[] {
  const answer = turns.findLastIndex(turn => turn.role === 'assistant' && turn.content === partial);
  const rest = answer < 0 ? turns : turns.slice(0, answer);
  return rest.slice(0, rest.findLastIndex(turn => turn.role === 'user') + 1);
}

/**
 * The turns to answer. The page's own messages take precedence over those remembered here, since the page may have
 * edited them. Not so for a continuation: the page may have left out early turns to save tokens, so the turns that were
 * answered the first time are used if the text matches them.
 */
function turnsOf(body: ChatBody, remembered: readonly Turn[], partial: string | undefined): readonly Turn[] {
  const sent = readTurns(body.messages ?? []);
  const prompt = asText(body.prompt).trim();
  const asked: Turn[] = prompt ? [{role: 'user', content: asText(body.prompt)}] : [];
  if (partial === undefined) {
    if (sent.length === 0) return [...remembered, ...asked];
    return sent.at(-1)!.role === 'user' ? sent : [...sent, ...asked];
  }
  const known = [remembered, sent].map(turns => upToQuestion(turns, partial));
  const candidates = [...known, asked].filter(turns => turns.length > 0);
  return candidates.find(turns => answerTo(turns).startsWith(partial)) ?? candidates[0] ?? [];
}

/** The plain contract: `{prompt, conversation_id}` in, `data: {"token": …}` and `data: [DONE]` out. */
export function chatRoute(service: Service, conversations: Conversations): Router {
  const route = Router();

  route.post('/', async (request, response) => {
    try {
      const body = (request.body ?? {}) as ChatBody;
      const id = asText(body.conversation_id) || asText(body.conversationId) || crypto.randomUUID();
      const continuation = body.continuation ?? undefined;
      if (continuation && typeof continuation.text !== 'string') {
        throw new BackendError(400, 'invalid_request_error', 'continuation.text is missing.');
      }
      const partial = continuation && asText(continuation.text);
      const turns = turnsOf(body, conversations.get(id), partial);
      if (turns.length === 0) throw new BackendError(400, 'invalid_request_error', 'prompt is missing.');
      response.set('X-Conversation-Id', id);
      let answer = partial ?? '';
      await streamAnswer(
        service,
        request,
        response,
        {turns, conversation: id, ...(partial !== undefined && {partial})},
        chunk => {
          const choice = chunk.choices[0];
          const token = choice?.delta.content;
          return token ? [{kind: 'text', data: JSON.stringify({token})}] : [];
        },
        text => {
          // Not earlier: a question that was refused will be asked again, and must then count as asked once.
          answer += text;
          conversations.set(id, [...turns, {role: 'assistant', content: answer}]);
        },
      );
    } catch (error) {
      sendBackendError(response, error);
    }
  });

  route.get('/:streamId', (request, response) => resumeAnswer(service, request, response));
  route.delete('/:streamId', (request, response) => stopAnswer(service, request, response));
  return route;
}
