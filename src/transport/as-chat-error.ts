import {ChatError, type ChatErrorKind} from '../protocol/chat-error.ts';

/** What was thrown; of what says nothing of itself: what fails before a request leaves is the page's own. */
export function asChatError(
  cause: unknown,
  kind: ChatErrorKind = 'configuration',
  message = 'The request could not be made.',
): ChatError {
  return cause instanceof ChatError ? cause : new ChatError(kind, message, {cause});
}
