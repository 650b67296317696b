/** What few pages and few answers need. In one chunk, because every page pays for the name of each chunk. */
export {putAttachments} from '../protocol/attachments.ts';
export {createFallback} from './fallback.ts';
export {readThoughts} from './read-thoughts.ts';
export {refusal} from './refusal.ts';
export {readStrange} from './strange-answer.ts';
export {attemptOver} from './transport-attempt.ts';
