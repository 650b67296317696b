import type {MarkdownRenderer} from './markdown-renderer.ts';

type WithMath = typeof import('./math.ts')['withMath'];

let withMath: WithMath | undefined;

/**
 * A renderer with formulas: keeps the text until their code has loaded, then draws it. If that fails, it draws
 * everything without formulas.
 */
export function mathLater(
  plain: MarkdownRenderer,
  container: HTMLElement | DocumentFragment,
): MarkdownRenderer {
  if (withMath) return withMath(plain, container);
  let renderer: MarkdownRenderer | undefined;
  let text = '';
  let over: 'end' | 'finish' | undefined;
  const loaded = import('./math.ts')
    .then(
      chunk => {
        ({withMath} = chunk);
        return withMath(plain, container);
      },
      () => plain,
    )
    .then(ready => {
      renderer = ready;
      ready.append(text);
      return over && ready[over]();
    });

  return {
    append(more) {
      if (renderer) renderer.append(more);
      else if (over) throw new Error('This document has ended; reset() begins another.');
      else text += more;
    },
    async end() {
      over = 'end';
      await (renderer?.end() ?? loaded);
    },
    finish() {
      over = 'finish';
      renderer?.finish();
    },
    reset() {
      text = '';
      over = undefined;
      renderer?.reset();
    },
  };
}
