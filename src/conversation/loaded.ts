import {asChatError} from '../transport/as-chat-error.ts';

/** A lazily loaded chunk of the chat. @throws {ChatError} `network` if it cannot be loaded. */
export function loaded<Chunk>(chunk: Promise<Chunk>): Promise<Chunk> {
  return chunk.catch(cause => {
    throw asChatError(cause, 'network', 'Part of the chat could not be loaded.');
  });
}
