import type {Elements} from './dom.ts';

/** Settles when the languages of the code drawn so far have come, or cannot. Nothing while there was none. */
export let languages: Promise<unknown> | undefined;

let chunk: Promise<typeof import('./code-highlighter.ts')> | undefined;

/** Colours the code, as far as it is drawn, whenever called. It stays plain where what does that cannot be loaded. */
export function highlight(
  code: HTMLElement,
  language: string,
  {create}: Elements,
): (closed: boolean) => void {
  // Not in the frame that draws, which is dear as it is: to ask for the files takes milliseconds of a slow phone.
  chunk ??= new Promise(resolve => setTimeout(resolve)).then(() => import('./code-highlighter.ts'));
  const loaded = chunk;
  return closed => {
    languages = loaded.then(
      ({highlightCode}) => highlightCode(code, language, create, closed),
      () => {},
    );
  };
}
