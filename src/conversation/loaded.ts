import {asChatError} from '../transport/as-chat-error.ts';

/** What a rare part of the chat is made of. @throws {ChatError} `network` when it could not be loaded. */
export function loaded<Chunk>(chunk: Promise<Chunk>): Promise<Chunk> {
  return chunk.catch(cause => {
    throw asChatError(cause, 'network', 'A part of the chat could not be loaded.');
  });
}
