import {streamCompletion} from '../../src/transport/completion-stream.ts';
import type {StreamCompletionOptions} from '../../src/transport/options.ts';
import {readStream} from './read-stream.ts';

/** Reads a stream in a worker and posts back how it ended. */
globalThis.onmessage = async ({data}: MessageEvent<StreamCompletionOptions>) => {
  try {
    const {text, end} = await readStream(streamCompletion(data));
    globalThis.postMessage({text, status: end.status, window: typeof window});
  } catch (error) {
    globalThis.postMessage({error: String(error)});
  }
};
