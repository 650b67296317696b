import {createMarkdownRenderer} from '../../../src/markdown.ts';
import {Frames, loadNames} from './frames.ts';
import {unsafe} from './unsafe.ts';

/** Places at which a text ends as a document. */
const MOST_ENDS = 150;

/** Draws texts in the document of the page, where what is active would act. */
async function attack(texts: readonly string[]): Promise<{prefixes: number; problems: readonly string[]}> {
  const frames = new Frames();
  const problems = new Set<string>();
  let prefixes = 0;
  const before = Object.getOwnPropertyNames(Object.prototype).join();
  const container = document.body.appendChild(document.createElement('div'));
  const renderer = createMarkdownRenderer(container, {codeActions: true});
  await loadNames(); // `javascript&colon;` is an address of that scheme only then.
  frames.install();

  const judge = (text: string): void => {
    prefixes++;
    const problem = unsafe(container);
    if (problem) problems.add(`${problem} from ${JSON.stringify(text)}`);
  };

  for (const text of texts) {
    for (let end = 1; end <= text.length; end++) {
      renderer.append(text[end - 1]!);
      frames.next();
      judge(text.slice(0, end));
    }
    renderer.reset();
    // And as documents that end there. Each is drawn from its beginning, so that of the long ones some have to do.
    const step = Math.ceil(text.length / MOST_ENDS);
    for (let end = text.length; end > 0; end -= step) {
      renderer.append(text.slice(0, end));
      void renderer.end();
      judge(text.slice(0, end));
      renderer.reset();
    }
  }
  frames.restore();
  if (Object.getOwnPropertyNames(Object.prototype).join() !== before) problems.add('a changed prototype');
  if (document.scripts.length > 1) problems.add('a script in the page');
  return {prefixes, problems: [...problems]};
}

export type AttackPage = {attack: typeof attack};
Object.assign(globalThis, {attack});
