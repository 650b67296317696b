import {ChatError} from '../protocol/chat-error.ts';
import {asChatError} from '../transport/as-chat-error.ts';

/** The `name` of whatever was thrown; empty for `null`, with which IndexedDB sometimes rejects. */
export function nameOf(error: unknown): string {
  return (error as {name?: string} | null | undefined)?.name ?? '';
}

/** A `ChatError` of kind `storage` with this cause; a `ChatError` is returned as it is. */
export function storageError(cause: unknown): ChatError {
  return asChatError(cause, 'storage', `The history failed: ${nameOf(cause) || 'no reason given'}.`);
}

/** A newer version of this package has written this database, so an older one must not write to it. */
export function readOnlyError(): ChatError {
  return new ChatError('storage', 'This history was written by a newer version and is read-only.', {
    cause: new DOMException('', 'ReadOnlyError'),
  });
}

export function isReadOnly(error: ChatError): boolean {
  return nameOf(error.cause) === 'ReadOnlyError';
}

/** Firefox reports the second in about every other case of a full disk. */
export function isQuotaExceeded(error: ChatError): boolean {
  return /^QuotaExceededError|did not allow mutations/.test(String(error.cause));
}
