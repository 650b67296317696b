import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {existsSync, readdirSync, readFileSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {after, before, describe, it} from 'node:test';
import {type Consumer, locales, makeConsumer, packageJson, root} from './support/package.ts';

let consumer: Consumer;
before(() => {
  consumer = makeConsumer();
});
after(() => consumer.remove());

/** `sse-chat/client` and so on: what is imported by name, the locales one by one. */
const modules = Object.entries(packageJson().exports)
  .filter(([, target]) => typeof target !== 'string')
  .map(([name]) => name.replace(/^\./, 'sse-chat'))
  .flatMap(name => (name.includes('*') ? locales().map(locale => name.replace('*', locale)) : [name]));

/** Runs a module of the consumer's in Node, as it is. */
function runInNode(name: string, code: string): {status: number | null; output: string} {
  const file = consumer.write(name, code);
  const {NODE_OPTIONS: _, ...env} = process.env;
  const {status, stdout, stderr} = spawnSync(process.execPath, [file], {
    cwd: consumer.folder,
    encoding: 'utf8',
    env,
    timeout: 120_000,
  });
  return {status, output: stdout + stderr};
}

describe('the pages of the package', () => {
  it('link to what is in the package', () => {
    const installed = join(consumer.folder, 'node_modules/sse-chat');
    const pages = readdirSync(installed, {recursive: true, encoding: 'utf8'}).filter(name =>
      /^([A-Z]+|docs\/.+)\.md$/.test(name),
    );
    assert.ok(pages.length > 3);
    const links = pages.flatMap(page =>
      [...readFileSync(join(installed, page), 'utf8').matchAll(/\]\(([^)\s#]+)[^)]*\)/g)].map(
        ([, path = '']) => join(dirname(page), path),
      ),
    );
    const ours = links.filter(link => !/^https?:/.test(link));
    assert.ok(ours.length > 10);
    assert.deepEqual(
      ours.filter(link => !existsSync(join(installed, link))),
      [],
    );
  });
});

describe('in Node, as on a server that renders pages', () => {
  for (const name of modules) {
    it(`${name} can be imported`, () => {
      const {status, output} = runInNode('import.js', `await import('${name}'); console.log('fine');`);
      assert.equal(output, 'fine\n');
      assert.equal(status, 0);
    });
  }

  it('a second copy of sse-chat beside the first is harmless', () => {
    const {output} = runInNode(
      'twice.js',
      `const url = import.meta.resolve('sse-chat');
       await import(url); await import(url + '?another'); console.log('fine');`,
    );
    assert.equal(output, 'fine\n');
  });

  it('sse-chat/element defines nothing', () => {
    const {output} = runInNode(
      'element.js',
      `await import('sse-chat/element'); console.log(globalThis.customElements?.get('sse-chat'));`,
    );
    assert.equal(output, 'undefined\n');
  });

  it('sse-chat/client reads a stream to its end and then lets the process end', () => {
    const {status, output} = runInNode(
      'client.js',
      `import {createServer} from 'node:http';
       import {streamCompletion} from 'sse-chat/client';
       const server = createServer((request, response) => {
         request.resume();
         response.writeHead(200, {'content-type': 'text/event-stream'});
         for (const token of ['One', ' joke', '.']) response.write('data: ' + JSON.stringify({token}) + '\\n\\n');
         response.end('data: [DONE]\\n\\n');
       }).listen(0, '127.0.0.1', async () => {
         const endpoint = 'http://127.0.0.1:' + server.address().port + '/api/chat';
         const stream = streamCompletion({endpoint, messages: [{role: 'user', content: 'Tell me a joke'}]});
         let text = '';
         for await (const event of stream) if (event.type === 'text') text += event.text;
         console.log(text);
         server.close();
         server.closeAllConnections();
       });`,
    );
    assert.equal(output, 'One joke.\n');
    assert.equal(status, 0);
  });
});

describe('in TypeScript', () => {
  /** Compiles `code`, in all strictness and with the types of the libraries checked, and returns what is wrong. */
  function compile(code: string, compilerOptions: object): string {
    consumer.write('app.ts', code);
    const options = {target: 'es2022', strict: true, skipLibCheck: false, noEmit: true, ...compilerOptions};
    consumer.write('tsconfig.json', JSON.stringify({compilerOptions: options, files: ['app.ts']}));
    return spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', consumer.folder], {encoding: 'utf8'}).stdout;
  }

  for (const [module, moduleResolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
  ] as const) {
    it(`all types resolve with moduleResolution ${moduleResolution}, those of the libraries checked too`, () => {
      const lines = modules.flatMap((name, index) => [
        `import * as m${index} from '${name}';`,
        `// @ts-expect-error Only a module whose types are known has no such export.`,
        `m${index}.thereIsNoSuchExport;`,
      ]);
      const lib = ['es2022', 'dom', 'dom.iterable'];
      assert.equal(compile(`${lines.join('\n')}\n`, {lib, module, moduleResolution, types: []}), '');
    });
  }

  it('sse-chat/client needs no types of a page, where those of Node are', () => {
    const code = `
      import {idbStore, streamCompletion} from 'sse-chat/client';
      const messages = [{role: 'user' as const, content: 'Tell me a joke'}];
      const endpoint = 'http://127.0.0.1:5173/api/chat';
      streamCompletion({endpoint, messages, headers: async () => new Headers(), credentials: 'omit', fetch});
      streamCompletion({endpoint, messages, headers: {'X-Session': 'none'}});
      // @ts-expect-error These are no headers.
      streamCompletion({endpoint, messages, headers: 1});
      // @ts-expect-error This is none of the three.
      streamCompletion({endpoint, messages, credentials: 'all'});
      idbStore({key: 'ann'});`;
    const options = {lib: ['es2022'], module: 'nodenext', types: ['node'], exactOptionalPropertyTypes: true};
    assert.equal(compile(code, options), '');
  });
});
