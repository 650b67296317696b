/** What few histories need. In one chunk, because every page pays for the name of each chunk. */
export {makeRoom, setAside} from './idb-repair.ts';
export {lease} from './lease.ts';
export {otherTabs} from './other-tabs.ts';
export {forgetOld, pruneConversations} from './prune-conversations.ts';
