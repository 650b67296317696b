import type {Branch} from '../conversation/journal.ts';
import type {Message} from '../protocol/message.ts';
import type {ChatStoreWrite} from './chat-store.ts';
import {keyOf} from './idb-keys.ts';
import type {IdbUseStore} from './idb-use-store.ts';
import {messageRecord} from './records.ts';
import {SCHEMA} from './schema.ts';

/** Messages of a block. */
const BLOCK = 100;
/** UTF-16 units of a message that goes into one. */
const SHORT = 10_000;
/** A version from before there were blocks, in another tab, would set them aside as damaged if they were not newer. */
const BLOCK_SCHEMA = SCHEMA + 1;

/**
 * Texts alone, so that no block is large; and what may stand in a block must come behind it in the order of keys, where it is
 * kept once more when it is changed.
 */
const fits = (message: Message | Branch): boolean =>
  /^\w/.test(message.id) &&
  message.text.length <= SHORT &&
  message.parts.every(({type}) => type === 'text') &&
  !('rest' in message);

/**
 * Writes conversations that the database has nothing of. A record costs some fifty microseconds, whatever is in it, so that
 * one for each message took most of the time of a large import.
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
