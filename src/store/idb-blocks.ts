import type {Branch} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';
import type {ChatStoreWrite} from './chat-store.ts';
import {keyOf} from './idb-keys.ts';
import type {IdbUseStore} from './idb-use-store.ts';
import {messageRecord} from './records.ts';
import {SCHEMA} from './schema.ts';

/** Messages per block. */
const BLOCK = 100;
/** Maximum UTF-16 units of a message in a block. */
const SHORT = 10_000;
/** Higher, because a tab with a version from before there were blocks would otherwise set them aside as damaged. */
const BLOCK_SCHEMA = SCHEMA + 1;

/**
 * Only short texts, so that no block is large. And the key that a message gets of its own when it is changed must sort
 * behind that of its block.
 */
const fits = (message: Message | Branch): boolean =>
  /^\w/.test(message.id) &&
  message.text.length <= SHORT &&
  message.parts.every(({type}) => type === 'text') &&
  !('rest' in message);

/**
 * Writes conversations of which the database has nothing yet. A record costs about 50 µs, whatever is in it, so one for
 * each message took most of the time of a large import.
 */
export async function writeBlocks(use: IdbUseStore, writes: readonly ChatStoreWrite[]): Promise<void> {
  await use(
    'readwrite',
    store => {
      for (const {info, messages = []} of writes) {
        const {id} = info;
        store.put({schema: SCHEMA, info}, keyOf('i', id));
        store.put({schema: SCHEMA, ids: messages.map(each => each.id)}, keyOf('c', id));
        const records = messages.filter(fits).map(each => messageRecord(each, undefined).message);
        for (let from = 0; from < records.length; from += BLOCK) {
          const block = {schema: BLOCK_SCHEMA, messages: records.slice(from, from + BLOCK)};
          store.put(block, keyOf('m', id, '!', `${from}`));
        }
        for (const each of messages) {
          if (!fits(each)) store.put(messageRecord(each, undefined), keyOf('m', id, each.id));
        }
      }
      store.transaction.commit?.();
    },
    'strict',
  );
}
