import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {checkFile} from '../scripts/layers.ts';

const root = join(import.meta.dirname, '..');
const files = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
  .filter(name => name.endsWith('.ts'))
  .map(name => `src/${name}`)
  .sort();

describe('the sources', () => {
  it('import only leftward, know only what their layer knows, and make no markup or code of strings', () => {
    assert.ok(files.length > 20, 'the sources were not found');
    const violations = files.flatMap(file => checkFile(file, readFileSync(join(root, file), 'utf8')));
    assert.deepEqual(
      violations.map(({file, line, message}) => `${file}:${line} ${message}`),
      [],
    );
  });
});

describe('the check of the layers', () => {
  const forbidden: readonly [file: string, code: string, message: RegExp][] = [
    ['src/protocol/a.ts', "import {x} from '../transport/x.ts';", /protocol must not import transport/],
    ['src/protocol/a.ts', "import type {X} from '../ui/x.ts';", /protocol must not import ui/],
    ['src/protocol/dialects/a.ts', "import {x} from '../../client.ts';", /protocol must not import entry/],
    [
      'src/transport/a.ts',
      "export {x} from '../conversation/x.ts';",
      /transport must not import conversation/,
    ],
    ['src/transport/a.ts', "export * from '../store/x.ts';", /transport must not import store/],
    [
      'src/conversation/a.ts',
      "const x = await import('../store/x.ts');",
      /conversation must not import store/,
    ],
    ['src/store/a.ts', "type X = import('../ui/x.ts').X;", /store must not import ui/],
    ['src/store/a.ts', "import '../markdown/x.ts';", /store must not import markdown/],
    ['src/markdown/a.ts', "import {x} from '../protocol/x.ts';", /markdown must not import protocol/],
    ['src/markdown/a.ts', "import {html} from 'lit';", /markdown must not import lit/],
    ['src/ui/a.ts', "import {x} from '../embed/x.ts';", /ui must not import embed/],
    ['src/ui/a.ts', "import {x} from '../index.ts';", /ui must not import entry/],
    ['src/embed/a.ts', "import {x} from '../ui/x.ts';", /embed must not import ui/],
    ['src/react/a.ts', "import {x} from '../ui/x.ts';", /react must not import ui/],
    ['src/telemetry/a.ts', "import {x} from '../react/x.ts';", /telemetry must not import react/],
    ['src/locales/a.ts', "import {x} from './b.ts';", /locales must not import locales/],
    ['src/client.ts', "import {x} from './react/x.ts';", /entry must not import react/],
    ['src/ui/a.ts', "import {x} from '../../test/x.ts';", /outside of src/],
    ['src/ui/a.ts', "import {x} from './x.js';", /does not end in \.ts/],
    ['src/util/a.ts', 'export const x = 1;', /no layer util/],
    [
      'src/transport/a.ts',
      "import {fetchEventSource} from '@microsoft/fetch-event-source';",
      /Only src\/transport\/attempt\.ts imports/,
    ],
    ['src/conversation/a.ts', "import {get} from 'idb-keyval';", /conversation must not import idb-keyval/],
    ['src/ui/a.ts', "import {readFile} from 'node:fs/promises';", /ui must not import node:fs/],
    ['src/protocol/a.ts', 'const now = Date.now();', /protocol must not know Date/],
    ['src/protocol/a.ts', 'const now = new Date();', /protocol must not know Date/],
    ['src/protocol/a.ts', 'const x = Math.random();', /protocol must not know Math\.random/],
    ['src/protocol/a.ts', "await fetch('/');", /protocol must not know fetch/],
    ['src/conversation/a.ts', 'document.title;', /conversation must not know document/],
    ['src/conversation/a.ts', 'globalThis.document?.title;', /conversation must not know document/],
    ['src/ui/a.ts', "await globalThis.fetch('/');", /ui must not know fetch/],
    ['src/ui/a.ts', "indexedDB.open('x');", /ui must not know indexedDB/],
    ['src/ui/a.ts', 'document.currentScript;', /Only embed reads document\.currentScript/],
    ['src/ui/a.ts', 'globalThis.document.currentScript;', /Only embed reads document\.currentScript/],
    ['src/ui/a.ts', 'node.innerHTML = x;', /innerHTML/],
    ['src/ui/a.ts', "node['innerHTML'] = x;", /innerHTML/],
    ['src/markdown/a.ts', 'node.outerHTML = x;', /outerHTML/],
    ['src/markdown/a.ts', "node.insertAdjacentHTML('beforeend', x);", /insertAdjacentHTML/],
    ['src/markdown/a.ts', 'range.createContextualFragment(x);', /createContextualFragment/],
    ['src/markdown/a.ts', "new DOMParser().parseFromString(x, 'text/html');", /DOMParser/],
    ['src/markdown/a.ts', 'document.write(x);', /document\.write/],
    ['src/embed/a.ts', "node.setAttribute('style', x);", /attribute style/],
    ['src/embed/a.ts', "node.setAttribute('onclick', x);", /attribute onclick/],
    ['src/embed/a.ts', "node.setAttributeNS(null, 'srcdoc', x);", /attribute srcdoc/],
    ['src/ui/a.ts', 'eval(x);', /eval/],
    ['src/ui/a.ts', 'const run = eval;', /eval/],
    ['src/ui/a.ts', 'new Function(x);', /Function/],
    ['src/ui/a.ts', 'for (const [at, x] of list.entries()) use(at, x);', /no \.entries\(\)/],
    ['src/ui/a.ts', 'Array.from(set);', /no \.from\(\)/],
    ['src/ui/a.ts', "import {unsafeHTML} from 'lit/directives/unsafe-html.js';", /unsafeHTML/],
    ['src/ui/a.ts', "import {unsafeSVG as svg} from 'lit/directives/unsafe-svg.js';", /unsafeSVG/],
    ['src/ui/a.ts', "import {styleMap} from 'lit/directives/style-map.js';", /styleMap/],
    ['src/ui/a.ts', 'html`<p style="color: red"></p>`;', /style=/],
    ['src/ui/a.ts', 'html`<p style=${x}></p>`;', /style=/],
    ['src/ui/a.ts', 'html`<style>p {}</style>`;', /<style/],
    ['src/ui/a.ts', 'html`<p .innerHTML=${x}></p>`;', /innerHTML/],
    ['src/ui/a.ts', 'const x = {;', /cannot be parsed/],
  ];
  for (const [file, code, message] of forbidden) {
    it(`forbids ${code} in ${file}`, () => {
      const messages = checkFile(file, code).map(violation => violation.message);
      assert.ok(
        messages.some(each => message.test(each)),
        `no such message among: ${messages.join(' | ')}`,
      );
    });
  }

  const allowed: readonly [file: string, code: string][] = [
    ['src/protocol/dialects/a.ts', "import {x} from '../message.ts';"],
    ['src/transport/attempt.ts', "import {fetchEventSource} from '@microsoft/fetch-event-source';"],
    ['src/transport/a.ts', "import {x} from '../protocol/x.ts';"],
    ['src/store/a.ts', "import {get} from 'idb-keyval'; import type {J} from '../conversation/journal.ts';"],
    ['src/ui/a.ts', "import {html} from 'lit'; import {repeat} from 'lit/directives/repeat.js';"],
    ['src/ui/a.ts', "const de = await import('../locales/de.ts');"],
    ['src/ui/a.ts', 'html`<p class="style" @click=${x}>innerHTML= is a word</p>`;'],
    ['src/ui/a.ts', "// node.innerHTML = x\nconst words = 'document.write eval DOMParser';"],
    ['src/ui/a.ts', 'const {fetch} = this; const options = {fetch, document: 1};'],
    ['src/conversation/a.ts', 'options.fetch(url); message.document.title;'],
    ['src/embed/a.ts', 'document.currentScript;'],
    ['src/embed/a.ts', 'await import(url);'],
    ['src/react/a.ts', "import {SseChat} from '../index.ts';"],
    ['src/client.ts', "export {x} from './transport/x.ts';"],
  ];
  for (const [file, code] of allowed) {
    it(`allows ${code} in ${file}`, () => {
      assert.deepEqual(checkFile(file, code), []);
    });
  }
});
