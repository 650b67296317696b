import assert from 'node:assert/strict';
import {spawn, spawnSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {text} from 'node:stream/consumers';
import {after, before, describe, it} from 'node:test';
import {pathToFileURL} from 'node:url';
import {LitElement} from 'lit';
import {type Demo, startDemo} from '../../demo/server.ts';
import {streamCompletion} from '../../src/client.ts';
import * as events from '../../src/ui/events.ts';
import * as feedbackEvent from '../../src/ui/feedback-event.ts';
import {ChatSettings} from '../../src/ui/settings.ts';
import {SseChat} from '../../src/ui/sse-chat.ts';
import * as toolCallEvent from '../../src/ui/tool-call-event.ts';
import {type ScriptedServer, startScriptedServer} from '../support/scripted-server.ts';
import {codeIn, examplesOf, read, root, tableOf} from './support/pages.ts';

const readme = read('README.md');
const examples = examplesOf(readme);
const inLanguage = (...languages: readonly string[]) =>
  examples.filter(({language}) => languages.includes(language)).map(({code}) => code);

/** A folder from which the project's packages are found. */
function makeFolder(): string {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, {recursive: true});
  return mkdtempSync(join(cache, 'readme-'));
}

let folder: string;
before(() => {
  folder = makeFolder();
});
after(() => rmSync(folder, {recursive: true, force: true}));

describe('the README', () => {
  it('has no example that no test runs', () => {
    // `html`, `vue`, `svelte` and `http`, and what is for a page, are those of readme.e2e.test.ts.
    const known = ['sh', 'ts', 'tsx', 'html', 'vue', 'svelte', 'http'];
    assert.deepEqual(
      examples.map(({language}) => language).filter(language => !known.includes(language)),
      [],
    );
  });

  it('sets the project up by two commands, in one place', () => {
    assert.deepEqual(inLanguage('sh'), ['npm ci && npm run demo\nnpm ci && npm test\n']);
    assert.equal(readme.match(/npm (ci|install|i)\b/g)?.length, 2);
  });
});

describe('the headless examples', {timeout: 300_000}, () => {
  let demo: Demo;
  before(async () => {
    demo = await startDemo({port: 0, quiet: true, page: false});
  });
  after(() => demo.close());

  /** Runs the example as it stands, but for where the package and the demo are. */
  async function run(code: string): Promise<{output: string; status: number | null}> {
    const client = pathToFileURL(join(root, 'src/client.ts')).href;
    const file = join(folder, `example-${Math.random().toString(36).slice(2)}.mts`);
    writeFileSync(
      file,
      code.replaceAll("'sse-chat/client'", `'${client}'`).replaceAll('http://127.0.0.1:5173', demo.url),
    );
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      timeout: 120_000,
    });
    const [output, status] = await Promise.all([
      text(child.stdout),
      new Promise<number | null>(resolve => child.once('exit', resolve)),
    ]);
    return {output, status};
  }

  const headless = inLanguage('ts').filter(code => code.includes("'sse-chat/client'"));
  const joke = async (path: string) => {
    const messages = [{role: 'user', content: 'Tell me a joke'}] as const;
    const result = await streamCompletion({endpoint: demo.url + path, messages}).result();
    assert.equal(result.status, 'complete');
    return result.text;
  };

  it('are two', () => assert.equal(headless.length, 2));

  it('stream an answer to the terminal, whole, and let the process end', async () => {
    const {output, status} = await run(headless[0]!);
    assert.equal(output, await joke('/v1/chat/completions'));
    assert.equal(status, 0);
  });

  it('keep a conversation, and say that its answer is complete', async () => {
    const {output, status} = await run(headless[1]!);
    const whole = await joke('/api/chat');
    assert.match(output, /^streaming \d+$/m);
    assert.ok(output.endsWith(`\ncomplete ${whole}\n`), output);
    assert.equal(status, 0);
  });
});

describe('what the README says of the loop', () => {
  let server: ScriptedServer;
  before(async () => {
    server = await startScriptedServer();
  });
  after(() => server.close());

  const messages = [{role: 'user', content: 'Hello'}] as const;
  const tokens = ['Half', ' an', ' answer'];
  const ways = [
    ['was cut', {dialect: 'token', tokens, terminal: 'none'}, 'interrupted', 'incomplete', tokens.join('')],
    ['failed', {dialect: 'token', tokens, responses: [{status: 400, body: '{}'}]}, 'error', 'http', ''],
  ] as const;
  for (const [how, scenario, status, kind, text] of ways) {
    it(`it throws for an answer that ${how}, after the text that came; result() tells the same and does not throw`, async () => {
      const {endpoint} = server.serve(scenario);
      const stream = streamCompletion({endpoint, messages, continuation: 'off'});
      let read = '';
      await assert.rejects(
        async () => {
          for await (const event of stream) if (event.type === 'text') read += event.text;
        },
        {name: 'ChatError', kind},
      );
      assert.equal(read, text);
      const result = await stream.result();
      assert.deepEqual([result.status, result.error?.kind, result.text], [status, kind, text]);
    });
  }
});

describe('the examples in TypeScript', () => {
  /** What the compiler says of some files, and not of the sources, in a project as strict as this one. */
  function check(files: Readonly<Record<string, string>>): string {
    const project = makeFolder();
    for (const [name, code] of Object.entries(files)) writeFileSync(join(project, name), code);
    const compilerOptions = {module: 'ESNext', moduleResolution: 'Bundler', jsx: 'react-jsx'};
    writeFileSync(
      join(project, 'tsconfig.json'),
      JSON.stringify({extends: '../../../tsconfig.json', compilerOptions, include: ['.'], exclude: []}),
    );
    const tsc = join(root, 'node_modules/.bin/tsc');
    const {stdout} = spawnSync(tsc, ['--pretty', 'false'], {encoding: 'utf8', cwd: project});
    rmSync(project, {recursive: true});
    return stdout
      .split('\n')
      .filter(line => /^\w/.test(line))
      .join('\n');
  }

  it('are well typed', () => {
    const files = examples
      .filter(({language}) => language === 'ts' || language === 'tsx')
      .map(({language, code}, index) => [`example-${index}.${language}`, code] as const);
    assert.ok(files.length >= 4);
    assert.equal(check(Object.fromEntries(files)), '');
  });

  it('would be found if they were not', () => {
    const wrong = "import {streamCompletion} from 'sse-chat/client';\nstreamCompletion({endpont: '/'});\n";
    assert.match(check({'wrong.ts': wrong}), /^wrong\.ts\(2,/);
  });
});

describe('the tables of the README', () => {
  /** The settings as an element has them that nobody has set. */
  class Untouched extends ChatSettings {}
  const attributes = Untouched.observedAttributes;
  const settings = new Untouched();
  const properties = [...Untouched.elementProperties];
  const nameOf = (attribute: string) =>
    properties.find(([name, {attribute: other}]) => other === attribute || name === attribute)![0] as string;

  /** A default that the core has, as its docblock gives it. */
  function documentedDefault(name: string): string | undefined {
    const before = read('src/ui/settings.ts').split(`  declare ${name}:`)[0]!;
    return /Default (\w+)\. \*\/\n$/.exec(before)?.[1];
  }

  it('have every attribute with the default that is implemented', () => {
    const expected = attributes.map(attribute => {
      const name = nameOf(attribute);
      const value = documentedDefault(name) ?? (settings as unknown as Record<string, unknown>)[name];
      const isUnset = value === undefined || (Array.isArray(value) && value.length === 0);
      return [`\`${attribute}\``, isUnset ? '–' : `\`${value}\``];
    });
    assert.deepEqual(
      tableOf(readme, 'Attribute').map(([attribute, value]) => [attribute, value]),
      expected,
    );
  });

  it('have every property that is no attribute, and say which are read-only', () => {
    const own = properties.filter(([, {attribute}]) => attribute === false).map(([name]) => String(name));
    const readOnly = Object.entries(Object.getOwnPropertyDescriptors(SseChat.prototype))
      .filter(([, {get, set}]) => get && !set)
      .map(([name]) => name);
    const rows = tableOf(readme, 'Property').map(([name = '', meaning = '']) => ({name, meaning}));
    assert.deepEqual(
      rows.map(({name}) => name),
      [...own, ...readOnly].map(name => `\`${name}\``),
    );
    assert.deepEqual(
      rows.filter(({meaning}) => meaning.startsWith('read-only')).map(({name}) => name),
      readOnly.map(name => `\`${name}\``),
    );
  });

  it('have every method', () => {
    const internal = ['constructor', 'connectedMoveCallback', 'createConversation'];
    const methods = Object.entries(Object.getOwnPropertyDescriptors(SseChat.prototype))
      .filter(([name, {value}]) => typeof value === 'function' && !(name in LitElement.prototype))
      .map(([name]) => name)
      .filter(name => !internal.includes(name));
    const named = tableOf(readme, 'Method').map(([name = '']) => /^`(\w+)\(/.exec(name)?.[1]);
    assert.deepEqual([...named].sort(), [...new Set([...methods, 'focus'])].sort());
  });

  it('have every event with its fields', () => {
    /** What an event has only where there is such a thing. */
    const optional: Partial<Record<string, readonly string[]>> = {'chat-send': ['attachments']};
    const implemented = Object.values({...events, ...feedbackEvent, ...toolCallEvent}).map(Constructor => {
      const event: Event = Reflect.construct(Constructor, []);
      const fields = Object.keys(event).filter(field => field !== 'isTrusted');
      return [
        `\`${event.type}\``,
        [...fields, ...(optional[event.type] ?? [])].map(field => `\`${field}\``).join(', '),
      ];
    });
    const described = tableOf(readme, 'Event').map(([name, , fields]) => [name, fields]);
    assert.deepEqual(described.sort(), implemented.sort()); // A module's exports come by name.
  });

  it('have every entry of the package', () => {
    const {exports} = JSON.parse(read('package.json')) as {exports: Record<string, unknown>};
    const entries = Object.keys(exports)
      .filter(name => !/^\.\/(dist\/\*|.*\.json)$/.test(name))
      .map(name => name.replace(/^\./, 'sse-chat').replace('*', 'de'));
    assert.deepEqual(
      tableOf(readme, 'Import').map(([name = '']) => codeIn(name)[0]),
      entries.sort((a, b) => order(a) - order(b)),
    );
    function order(name: string): number {
      return ['sse-chat', 'element', 'client', 'markdown', 'react', 'otel', 'de', 'embed'].findIndex(end =>
        name.endsWith(end),
      );
    }
  });

  it('say how many languages there are', () => {
    const {length} = readdirSync(join(root, 'src/locales'));
    assert.deepEqual(
      [...readme.matchAll(/(?:there are|one of)\s+(\d+)/g)].map(([, said]) => Number(said)),
      [length, length],
    );
  });

  it('have the limits that `npm run size` holds', () => {
    // Read and not imported: the module wants a build.
    const limits = [...read('.size-limit.ts').matchAll(/limit: '([^']+)'/g)].map(([, limit]) => limit);
    assert.equal(limits.length, 2);
    assert.deepEqual(
      tableOf(readme, 'What').map(([, limit]) => limit),
      limits,
    );
  });
});

describe('the statuses in the README', () => {
  const [message = '', chat = ''] = readme.split('### Statuses\n\n')[1]!.split('\n\n').slice(0, 2);
  /** The members of a union of strings, as the source declares it. */
  function union(file: string, name: string): readonly string[] {
    const [, members = ''] = new RegExp(`export type ${name} =([^;]+);`).exec(read(file))!;
    return [...members.matchAll(/'([\w-]+)'/g)].map(([, member = '']) => member);
  }

  it('are all those of a message', () => {
    const named = new Set(codeIn(message));
    assert.deepEqual([...named].sort(), [...union('src/protocol/message.ts', 'MessageStatus')].sort());
  });

  it('are all those of the chat', () => {
    const named = codeIn(chat).filter(word => word !== 'retryAt');
    assert.deepEqual(named, union('src/conversation/state.ts', 'ConversationStatus'));
  });
});
