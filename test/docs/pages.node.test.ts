import assert from 'node:assert/strict';
import {existsSync, readdirSync} from 'node:fs';
import {dirname, join} from 'node:path';
import {describe, it} from 'node:test';
import {pages, read, root, tableOf} from './support/pages.ts';

const texts = pages().map(page => ({page, text: read(page)}));

/** What is found in every page, with the page's name before it. */
function findAll(pattern: RegExp): readonly {readonly page: string; readonly found: string}[] {
  return texts.flatMap(({page, text}) =>
    [...text.matchAll(pattern)].map(([, found = '']) => ({page, found})),
  );
}

const names = (found: readonly {readonly page: string; readonly found: string}[]) =>
  found.map(each => `${each.page}: ${each.found}`);

/** The anchor that a heading of a page has. */
function anchorsOf(page: string): readonly string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

describe('the pages of prose', () => {
  it('link to what is there', () => {
    const links = findAll(/\]\(([^)\s]+)\)/g).filter(({found}) => !/^https?:/.test(found));
    assert.ok(links.length > 10);
    const broken = links.filter(({page, found}) => {
      const [path = '', anchor] = found.split('#');
      const target = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(target).includes(anchor);
    });
    assert.deepEqual(names(broken), []);
  });

  it('name files and folders that are there', () => {
    const paths = findAll(/(?<![\w/.])((?:src|test|scripts|demo|docs)\/[\w./-]*\w\/?)/g);
    assert.ok(paths.length > 20);
    assert.deepEqual(names(paths.filter(({found}) => !existsSync(join(root, found)))), []);
  });

  it('name commands that are there', () => {
    const {scripts} = JSON.parse(read('package.json')) as {scripts: Record<string, string>};
    const commands = findAll(/npm run (?:--silent )?([\w:-]+)/g);
    assert.ok(commands.length > 5);
    assert.deepEqual(names(commands.filter(({found}) => !scripts[found])), []);
  });

  it('say which version this is', () => {
    const {version} = JSON.parse(read('package.json')) as {version: string};
    assert.equal(/^## (\S+)/m.exec(read('CHANGELOG.md'))?.[1], version);
  });
});

describe('the decisions', () => {
  const files = readdirSync(join(root, 'docs/adr')).filter(name => name.endsWith('.md'));

  it('are numbered without gaps, each by its own name', () => {
    const numbers = files.sort().map((name, index) => {
      const number = Number(/^# (\d+)\. /.exec(read(`docs/adr/${name}`))?.[1]);
      return [Number(name.slice(0, 4)), number, index + 1];
    });
    assert.deepEqual(
      numbers.filter(([file, title, place]) => file !== place || title !== place),
      [],
    );
  });

  for (const name of files) {
    it(`${name} has a status, a context, a decision and its consequences`, () => {
      const text = read(`docs/adr/${name}`);
      assert.match(text, /^Status: (accepted|superseded by)/m);
      const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
      assert.deepEqual(headings, ['Context', 'Decision', 'Consequences']);
    });
  }

  it('that the sources refer to are there', () => {
    const sources = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'})
      .filter(name => name.endsWith('.ts'))
      .map(name => read(`src/${name}`));
    const named = sources.flatMap(text =>
      [...text.matchAll(/docs\/adr\/([\w-]+\.md)/g)].map(([, name = '']) => name),
    );
    assert.ok(named.length > 0);
    assert.deepEqual(
      named.filter(name => !files.includes(name)),
      [],
    );
  });
});

describe('the architecture', () => {
  const page = read('ARCHITECTURE.md');

  it('has a row for every folder of the sources', () => {
    const folders = readdirSync(join(root, 'src'), {withFileTypes: true}).filter(each => each.isDirectory());
    assert.deepEqual(
      tableOf(page, 'Folder')
        .map(([name]) => name)
        .sort(),
      folders.map(({name}) => `\`${name}/\``).sort(),
    );
  });

  it('names owners that the sources declare', () => {
    const sources = readdirSync(join(root, 'src'), {recursive: true, encoding: 'utf8'}).filter(name =>
      name.endsWith('.ts'),
    );
    const code = sources.map(name => read(`src/${name}`)).join('\n');
    const owners = tableOf(page, 'Invariant').flatMap(([, owner = '']) =>
      [...owner.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name),
    );
    assert.ok(owners.length > 15);
    const isThere = (owner: string) => {
      if (owner.startsWith('scripts/')) return existsSync(join(root, owner));
      if (owner.endsWith('.ts')) return sources.some(name => name.endsWith(`/${owner}`));
      return owner.split('.').every(name => new RegExp(`\\b${name}\\b`).test(code));
    };
    assert.deepEqual(
      owners.filter(owner => !isThere(owner)),
      [],
    );
  });
});
