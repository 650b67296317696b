import {ChatError, type ChatErrorKind} from '../protocol/chat-error.ts';

/**
 * A thrown `ChatError` as it is; anything else as the cause of a new one. By default `configuration`: what fails before
 * a request is sent, or while its answer is read, is the page's own code.
 */
export function asChatError(
  cause: unknown,
  kind: ChatErrorKind = 'configuration',
  message = 'A function or setting of the page failed.',
): ChatError {
  return cause instanceof ChatError ? cause : new ChatError(kind, message, {cause});
}
