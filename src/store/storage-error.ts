import {ChatError} from '../protocol/chat-error.ts';

/** The `name` of whatever was thrown; empty for `null`, with which IndexedDB sometimes rejects. */
export function nameOf(error: unknown): string {
  return (error as {name?: string} | null | undefined)?.name ?? '';
}

/** A `ChatError` of kind `storage` with the cause kept; a `ChatError` passes as it is. */
export function storageError(cause: unknown): ChatError {
  if (cause instanceof ChatError) return cause;
  const name = nameOf(cause);
  return new ChatError('storage', `The history could not be read or written${name && ` (${name})`}.`, {
    cause: cause ?? undefined,
  });
}

/** A newer version of this package has written this database; an old one must not. */
export function readOnlyError(): ChatError {
  return new ChatError('storage', 'The history was written by a newer version and is read only here.', {
    cause: new DOMException('Newer schema', 'ReadOnlyError'),
  });
}

export function isReadOnly(error: ChatError): boolean {
  return nameOf(error.cause) === 'ReadOnlyError';
}

export function isQuotaExceeded(error: ChatError): boolean {
  const {cause} = error;
  return (
    nameOf(cause) === 'QuotaExceededError' ||
    // Firefox says this in about every other case of a full disk.
    (nameOf(cause) === 'InvalidStateError' && /did not allow mutations/.test((cause as Error).message))
  );
}
