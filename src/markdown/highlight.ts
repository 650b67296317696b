import type {Elements} from './dom.ts';

/** Settles when the languages of the code drawn so far have loaded or failed. `undefined` until there is some. */
export let languages: Promise<unknown> | undefined;

let chunk: Promise<typeof import('./code-highlighter.ts')> | undefined;

/** Returns what colours the code drawn so far. If the highlighter cannot be loaded, the code stays plain. */
export function highlight(
  code: HTMLElement,
  language: string,
  {create}: Elements,
): (closed: boolean) => void {
  // Not in the frame that draws, which is expensive already: requesting the files takes milliseconds on a slow phone.
  chunk ??= new Promise(resolve => setTimeout(resolve)).then(() => import('./code-highlighter.ts'));
  const loaded = chunk;
  return closed => {
    languages = loaded.then(
      ({highlightCode}) => highlightCode(code, language, create, closed),
      () => {},
    );
  };
}
