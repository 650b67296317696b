import {ChatError, type ChatErrorKind} from '../protocol/chat-error.ts';

/** What was thrown; of what says nothing of itself: what fails before a request leaves, or reads its answer, is the page's own. */
export function asChatError(
  cause: unknown,
  kind: ChatErrorKind = 'configuration',
  message = 'A function or a setting of the page failed.',
): ChatError {
  return cause instanceof ChatError ? cause : new ChatError(kind, message, {cause});
}
