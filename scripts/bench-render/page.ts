import {marked} from 'marked';
import * as smd from 'streaming-markdown';
import {SAMPLE} from '../../src/markdown/sample.ts';
import {createMarkdownRenderer} from '../../src/markdown.ts';
import {LAST} from './documents.ts';

/** Draws an answer; `write` is called for each token. */
interface Drawer {
  write(token: string): void;
  end?(): void;
}

/** Calls `act` once in the next frame, however often it is requested. */
function oncePerFrame(act: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}

/** Collects text and draws it once per frame. */
function gathering(draw: (text: string) => void): Drawer {
  let waiting = '';
  const flush = () => {
    const text = waiting;
    waiting = '';
    if (text) draw(text);
  };
  const later = oncePerFrame(flush);
  return {
    write(token) {
      waiting += token;
      later();
    },
    end: flush,
  };
}

/** The floors, our renderer, and two others. */
const drawers: Record<string, (body: HTMLElement) => Drawer> = {
  /** An element per paragraph, each with one growing text node. */
  floor(body) {
    let node: Text | undefined;
    const begin = () => {
      const paragraph = body.appendChild(document.createElement('p'));
      paragraph.className = 'plain';
      node = paragraph.appendChild(document.createTextNode(''));
    };
    return gathering(text => {
      for (const [i, part] of text.split('\n\n').entries()) {
        if (i || !node) begin();
        if (part) node!.appendData(part);
      }
    });
  },

  /** One growing text node. */
  pre(body) {
    const node = body.appendChild(document.createElement('pre')).appendChild(document.createTextNode(''));
    return gathering(text => node.appendData(text));
  },

  ours(body) {
    // The chat's own list does this, and the README tells pages that follow the end of their own list to do so. The
    // floors scroll as pages do by default.
    body.parentElement!.style.overflowAnchor = 'none';
    const renderer = createMarkdownRenderer(body, {codeActions: true});
    return {write: token => renderer.append(token), end: () => renderer.finish()};
  },

  smd(body) {
    const parser = smd.parser(smd.default_renderer(body));
    const drawer = gathering(text => smd.parser_write(parser, text));
    return {
      ...drawer,
      end() {
        drawer.end?.();
        smd.parser_end(parser);
      },
    };
  },

  /** Renders the whole answer again each time, as many pages do. */
  marked(body) {
    let all = '';
    return gathering(text => {
      all += text;
      body.innerHTML = marked.parse(all, {async: false});
    });
  },
};

/** Resolves once a frame is on screen. */
const painted = () =>
  new Promise<void>(resolve => {
    requestAnimationFrame(() => {
      const {port1, port2} = new MessageChannel();
      port1.onmessage = () => resolve();
      port2.postMessage(0);
    });
  });

/** Reads and draws a stream as a chat does, keeping its end in view. Returns the number of characters drawn. */
async function draw(name: string, url: string): Promise<number> {
  const log = document.querySelector('main')!;
  const body = log.appendChild(document.createElement('div'));
  const drawer = drawers[name]!(body);
  const stick = oncePerFrame(() => {
    log.scrollTop = log.scrollHeight;
  });
  const answer = await fetch(url);
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let waiting = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const events = (waiting + read.value).split('\n\n');
    waiting = events.pop()!;
    for (const event of events) drawer.write(JSON.parse(event.slice(6)).choices[0].delta.content);
    stick();
  }
  drawer.end?.();
  while (!body.lastElementChild?.textContent?.includes(LAST)) {
    stick();
    await painted();
  }
  await painted();
  return log.textContent!.length;
}

let drawing: {append(text: string): void; end(): unknown; flush(): void} | undefined;

/** Draws in flushes on request, not in frames. The first call begins a document; a call without text ends it. */
function flush(text: string): void {
  const main = document.querySelector('main')!;
  if (!drawing) {
    let frame: FrameRequestCallback | undefined;
    globalThis.requestAnimationFrame = callback => {
      frame = callback;
      return 1;
    };
    const renderer = createMarkdownRenderer(main.appendChild(document.createElement('div')));
    drawing = {...renderer, flush: () => frame?.(Number.POSITIVE_INFINITY)};
  }
  if (text) {
    drawing.append(text);
    drawing.flush();
  } else {
    drawing.end();
    drawing = undefined;
  }
}

/** Forces layout of what was drawn. Otherwise the browser may do it within the measurement, after it, or not at all. */
function layOut(): void {
  void document.querySelector('main')!.scrollHeight;
}

function clear(): void {
  document.querySelector('main')!.replaceChildren();
}

/** Runs `act` in a task of its own, so that the browser accounts for it as a task. */
function inTask(act: () => void): Promise<void> {
  return new Promise(resolve => {
    setTimeout(() => {
      act();
      resolve();
    });
  });
}

/**
 * Does what the chat does in an idle moment before its first answer, and what the README tells pages that only draw
 * Markdown to do.
 */
async function warmUp(): Promise<void> {
  const body = document.querySelector('main')!.appendChild(document.createElement('div'));
  const renderer = createMarkdownRenderer(body);
  renderer.append(SAMPLE);
  await painted();
  await renderer.end();
  await painted();
  body.remove();
}

const bench = {
  draw,
  warmUp,
  flush: (text: string) => inTask(() => flush(text)),
  layOut: () => inTask(layOut),
  clear: () => inTask(clear),
};
export type Bench = typeof bench;
Object.assign(globalThis, {bench});
