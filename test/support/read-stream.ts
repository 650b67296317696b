import type {ChatError} from '../../src/protocol/chat-error.ts';
import type {CompletionEvent, EndEvent} from '../../src/protocol/completion.ts';
import type {CompletionResult, CompletionStream} from '../../src/transport/completion-stream.ts';

/** Everything that a reader of a stream saw. */
export interface Reading {
  readonly events: readonly CompletionEvent[];
  /** The answer: the text that was there before, and all text events. */
  readonly text: string;
  readonly end: EndEvent;
  /** What the iteration threw, if it did. */
  readonly thrown: ChatError | undefined;
  readonly result: CompletionResult;
}

/**
 * Reads a stream to its end and checks what every stream promises, however it ends.
 * @param already The text of an answer that was begun before, with its segments.
 * @throws {Error} naming the promise that was broken.
 */
export async function readStream(stream: CompletionStream, already = ''): Promise<Reading> {
  const events: CompletionEvent[] = [];
  let thrown: unknown;
  try {
    for await (const event of stream) events.push(event);
  } catch (error) {
    thrown = error;
  }
  const result = await stream.result();
  let text = already;
  for (const event of events) {
    if (event.type === 'text') text += event.text;
    else if (event.type === 'replace') text = event.text;
  }
  const end = events.at(-1);
  if (end?.type !== 'end') throw new Error(`The last event is ${end?.type}, not "end". Thrown: ${thrown}`);
  const promise = (holds: boolean, what: string) => {
    if (!holds) throw new Error(`Broken promise: ${what} (status ${end.status})`);
  };
  promise(events.filter(event => event.type === 'end').length === 1, 'one "end" event');
  promise(stream.status === end.status && result.status === end.status, 'one status everywhere');
  promise(stream.text === text && result.text === text, 'the text is the text events, joined');
  promise(stream.finishReason === result.finishReason, 'one finish reason everywhere');
  promise(
    events.every(event => event.type !== 'text' || event.text !== ''),
    'a text event has text',
  );
  const chars = result.segments.reduce((sum, segment) => sum + segment.chars, 0);
  promise(chars === text.length, `the segments' characters add up (${chars} of ${text.length})`);
  const failed = end.status === 'error' || end.status === 'interrupted';
  promise(failed === (thrown !== undefined), 'iteration throws for "error" and "interrupted" alone');
  promise(failed === (stream.error !== undefined), 'the error is there for "error" and "interrupted" alone');
  promise(!failed || (thrown === stream.error && thrown === end.error), 'one error everywhere');
  promise(result.error === stream.error, 'one error in the result');
  return {events, text, end, thrown: thrown as ChatError | undefined, result};
}
