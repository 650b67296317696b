/** Run in a frame: streams an answer into a history until the frame goes away. */
import {idbStore} from '../../src/store/idb-store.ts';
import {storeJournal} from '../../src/store/store-journal.ts';
import {attempt, info, message} from './history.ts';

declare global {
  /** What was shown, and when by the clock of the page around this one. */
  var shown: {readonly at: number; readonly text: string}[];
}

const name = new URL(import.meta.url).searchParams.get('name')!;
const journal = storeJournal(idbStore({name}));
const open = (text: string) => message('answer', text, {status: 'streaming'});
const now = () => globalThis.parent.performance.now();

await journal.begin(info('c'), [message('question'), open('')], attempt('c', 'answer'));
globalThis.shown = [];
let text = '';
const stream = () => {
  text += `${text.length} `;
  journal.checkpoint(info('c'), open(text), undefined);
  globalThis.shown.push({at: now(), text});
  setTimeout(stream, 2);
};
stream();
