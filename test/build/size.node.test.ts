import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import {brotliCompressSync, gzipSync} from 'node:zlib';
import {build} from 'vite';
import {conversationFiles, staticImports} from '../../scripts/bundle.ts';
import {dist, distFiles, root} from './support/package.ts';

interface Size {
  readonly name: string;
  readonly passed: boolean;
  readonly size: number;
}

const run = spawnSync(process.execPath, [join(root, 'node_modules/size-limit/bin.js'), '--json'], {
  cwd: root,
  encoding: 'utf8',
});
const sizes = run.stdout.trim().startsWith('[') ? (JSON.parse(run.stdout) as Size[]) : [];

describe('the size budgets', () => {
  it('are two', () => {
    assert.equal(sizes.length, 2, run.stderr);
  });
  for (const {name, passed, size} of sizes) {
    it(`hold: ${name} is ${size} bytes`, () => {
      assert.ok(passed && size > 200);
    });
  }
});

describe('sse-chat/markdown alone', () => {
  it('is 12 kB of gzip at most, and imports nothing', async () => {
    const result = await build({
      root,
      configFile: false,
      logLevel: 'error',
      build: {
        write: false,
        target: 'es2022',
        lib: {entry: join(dist, 'npm/markdown.js'), formats: ['es'], fileName: 'markdown'},
        rolldownOptions: {output: {minify: true}},
      },
    });
    const chunks = [result].flat().flatMap(each => ('output' in each ? each.output : []));
    const [entry, ...others] = chunks.filter(each => each.type === 'chunk');
    const size = gzipSync(entry!.code, {level: 9}).length;
    console.log(`sse-chat/markdown: ${size} bytes, gzip`);
    assert.ok(size < 12_000);
    assert.deepEqual(entry!.imports, []);
    const names = others.map(({name}) => name.replace(/-.{8}$/, ''));
    for (const name of ['html-names', 'code-highlighter', 'code-core', 'javascript', 'python'])
      assert.ok(names.includes(name), names.join());
  });
});

describe('a language of code that is loaded when it is met', () => {
  const names = readFileSync(join(root, 'src/markdown/code-languages.ts'), 'utf8').matchAll(
    /'highlight\.js\/lib\/languages\/(\w+)'/g,
  );
  for (const [, name] of names) {
    it(`is a chunk of its own of at most 4.2 kB: ${name}`, () => {
      const [file, ...more] = distFiles().filter(
        each => each.startsWith(`chunks/${name}-`) && each.endsWith('.js'),
      );
      assert.ok(file && more.length === 0);
      const size = brotliCompressSync(readFileSync(join(dist, file))).length;
      assert.ok(size <= 4200, `${size} bytes`);
    });
  }
});

describe('a dialect that is loaded when it is spoken', () => {
  const names = readdirSync(join(root, 'src/protocol/dialects')).map(name => name.replace('.ts', ''));
  const chunks = distFiles().filter(
    file => names.some(name => file.startsWith(`chunks/${name}-`)) && file.endsWith('.js'),
  );

  it('is a chunk of its own', () => assert.ok(chunks.length >= 15, `${chunks}`));
  for (const file of chunks) {
    it(`costs at most 2 kB: ${file}`, () => {
      const size = brotliCompressSync(readFileSync(join(dist, file))).length;
      assert.ok(size <= 2000, `${size} bytes`);
    });
  }
});

describe('what is measured', () => {
  it('is the self-contained module and all that it imports', () => {
    const counted = conversationFiles(dist, distFiles());
    assert.equal(counted[0], 'sse-chat.js');
    assert.ok(counted.every(file => existsSync(join(dist, file))));
  });

  for (const [code, specifiers] of [
    ['import{a as b}from"./x.js";import"./y.js";export*from"./z.js";', ['./x.js', './y.js', './z.js']],
    ['import a, {b} from "lit";\nexport { c } from "./c.js";', ['lit', './c.js']],
    ['import*as n from`no`;const s="import x from";import("./lazy.js");', []],
    ['var a=1;export{a as b};', []],
  ] as const) {
    it(`sees ${specifiers.length} imports in ${code}`, () => {
      assert.deepEqual(staticImports(code), specifiers);
    });
  }
});
