import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {examplesOf, read, root} from './support/pages.ts';

const examples = examplesOf(read('docs/frameworks.md'));

/** As much of the types of a framework as the declaration of a tag adds to. */
const FRAMEWORKS: Readonly<Record<string, string>> = {
  preact: `
    export interface HTMLAttributes<Target> { id?: string; ref?: (element: Target | null) => void }
    export declare const render: (node: unknown, parent: Element) => void;
    export declare namespace JSX { interface IntrinsicElements {} }`,
  'solid-js': `
    export declare namespace JSX {
      interface HTMLAttributes<Target> { id?: string; ref?: (element: Target | null) => void }
      interface IntrinsicElements {}
    }`,
};

/** The example of each framework and its declaration, beside two that are wrong, in a project as strict as this one. */
function filesOf(framework: string): Readonly<Record<string, string>> {
  const at = examples.findIndex(({code}) => code.includes(`declare module '${framework}'`));
  const app = `/** @jsxImportSource ${framework} */\n${examples[at - 1]!.code}`;
  return {
    [`${framework}.d.ts`]: FRAMEWORKS[framework]!,
    [`${framework}-runtime.d.ts`]: `export {JSX} from '${framework}';\nexport declare const jsx: unknown;`,
    [`${framework}-tag.d.ts`]: examples[at]!.code,
    [`${framework}-app.tsx`]: app,
    [`${framework}-event.tsx`]: app.replace('message.status', 'message.state'),
    [`${framework}-mode.tsx`]: app.replace('endpoint="', 'mode="window" endpoint="'),
  };
}

describe('the page about other frameworks', () => {
  let output: string;
  before(() => {
    const cache = join(root, 'node_modules/.cache');
    mkdirSync(cache, {recursive: true});
    const folder = mkdtempSync(join(cache, 'frameworks-'));
    after(() => rmSync(folder, {recursive: true}));
    const names = Object.keys(FRAMEWORKS);
    const paths = names.flatMap(name => [
      [name, [`./${name}.d.ts`]],
      [`${name}/jsx-runtime`, [`./${name}-runtime.d.ts`]],
    ]);
    const compilerOptions = {
      module: 'ESNext',
      moduleResolution: 'Bundler',
      jsx: 'react-jsx',
      paths: {'sse-chat': ['../../../src/index.ts'], ...Object.fromEntries(paths)},
    };
    const project = {extends: '../../../tsconfig.json', compilerOptions, include: ['.'], exclude: []};
    const files = Object.assign({}, ...names.map(filesOf), {'tsconfig.json': JSON.stringify(project)});
    for (const [name, code] of Object.entries<string>(files)) writeFileSync(join(folder, name), code);
    const tsc = join(root, 'node_modules/.bin/tsc');
    output = spawnSync(tsc, ['--pretty', 'false'], {encoding: 'utf8', cwd: folder}).stdout;
  });

  for (const framework of Object.keys(FRAMEWORKS)) {
    it(`tells TypeScript of the tag in ${framework}, with its properties and what its events have`, () => {
      const found = output.split('\n').filter(line => line.startsWith(framework));
      assert.match(found[0] ?? '', /-event\.tsx.+'state' does not exist/);
      assert.match(found[1] ?? '', /-mode\.tsx.+'"window"' is not assignable/);
      assert.equal(found.length, 2, output);
    });
  }
});
