import assert from 'node:assert/strict';
import {createHash} from 'node:crypto';
import {existsSync, readdirSync} from 'node:fs';
import {homedir} from 'node:os';
import {join} from 'node:path';
import {describe, it} from 'node:test';
import vm from 'node:vm';
import {staticClosure, staticImports} from '../../scripts/bundle.ts';
import {dist, distFiles, locales, packageJson, readDist, root} from './support/package.ts';

const files = distFiles();
const scripts = files.filter(file => file.endsWith('.js'));
const standalone = scripts.filter(file => !file.startsWith('npm/'));

/** How often something stands in the built code of some files. */
function occurrences(of: readonly string[], pattern: RegExp): string[] {
  return of.flatMap(file =>
    [...readDist(file).matchAll(pattern)].map(
      match => `${file.replace(/-(\w{5}|[\w-]{8})\.js$/, '.js')}: ${match[0]}`,
    ),
  );
}

describe('the package', () => {
  it('has a file behind each of its exports and their types', () => {
    const targets = Object.values(packageJson().exports)
      .flatMap(target => (typeof target === 'string' ? [target] : [target.types, target.default]))
      .filter(target => !target.endsWith('/*'))
      .flatMap(target =>
        target.includes('*') ? locales().map(name => target.replace('*', name)) : [target],
      );
    assert.deepEqual(
      targets.filter(target => !existsSync(join(root, target))),
      [],
    );
  });

  it('has the strings of every locale in the sources', () => {
    const sources = readdirSync(join(root, 'src/locales')).map(name => name.replace(/\.ts$/, ''));
    assert.deepEqual(locales(), sources.sort());
    assert.ok(locales().includes('de'));
  });

  it('tells React that its component belongs to the page, so that one of a server can use it', () => {
    assert.match(readDist('npm/react.js'), /^'use client';\n/);
  });

  it('leaves to the page only what a page must have once', () => {
    const bare = scripts
      .filter(file => file.startsWith('npm/'))
      .flatMap(file => staticImports(readDist(file)))
      .filter(specifier => !specifier.startsWith('.'));
    const allowed = /^(lit($|\/)|@lit\/react$|react$|@opentelemetry\/api$)/;
    assert.deepEqual(
      bare.filter(specifier => !allowed.test(specifier)),
      [],
    );
    assert.ok(bare.includes('lit'));
  });

  it('keeps the spaces around a plus in a sum, without which it is none', () => {
    const sums = occurrences(standalone, /\bcalc\([^;{}`"]*/g);
    assert.ok(sums.length > 10);
    assert.deepEqual(
      sums.filter(sum => /\S\+|\+\S/.test(sum)),
      [],
    );
  });

  for (const entry of ['client', 'markdown']) {
    it(`gives ${entry} without Lit and without the interface`, () => {
      const imports = staticClosure(dist, `npm/${entry}.js`).flatMap(file => staticImports(readDist(file)));
      assert.deepEqual(
        imports.filter(specifier => !specifier.startsWith('.')),
        [],
      );
    });
  }

  it('describes <sse-chat> for editors', () => {
    const manifest = readDist('custom-elements.json');
    assert.match(manifest, /"tagName": "sse-chat"/);
    assert.match(manifest, /"fieldName": "endpoint"/);
    assert.doesNotMatch(manifest, /"name": "#/);
    const {tags} = JSON.parse(readDist('vscode.html-custom-data.json')) as {
      tags: {name: string; attributes: {name: string; values: {name: string}[]}[]}[];
    };
    const {attributes} = tags.find(tag => tag.name === 'sse-chat')!;
    assert.ok(attributes.some(attribute => attribute.name === 'endpoint'));
    const offered = Object.fromEntries(
      attributes.map(({name, values}) => [name, values.map(value => value.name).join(' ')]),
    );
    assert.equal(offered['mode'], 'inline popup panel fullscreen');
    assert.equal(offered['continuation'], 'auto resume prefill continue-turn manual off');
    assert.match(offered['dialect']!, /^auto openai .*\bflowise\b/);
    assert.equal(offered['summarize'], 'endpoint');
    // Words that may stand in an attribute, and not the names of types.
    assert.doesNotMatch(Object.values(offered).join(' '), /[^a-z0-9 -]/);
  });
});

describe('the self-contained build', () => {
  it('imports nothing but what lies beside it', () => {
    const specifiers = standalone.flatMap(file => staticImports(readDist(file)));
    const dynamic = standalone.flatMap(file =>
      [...readDist(file).matchAll(/\bimport\(["'`]([^"'`$]+)["'`]\)/g)].map(match => match[1]!),
    );
    assert.deepEqual(
      [...specifiers, ...dynamic].filter(specifier => !specifier.startsWith('.')),
      [],
    );
  });

  it("makes markup of a string only in Lit's own template", () => {
    const sinks =
      /innerHTML|outerHTML|insertAdjacentHTML|createContextualFragment|DOMParser|document\.write|setHTMLUnsafe|srcdoc|\beval\b|\bnew Function\b/g;
    const found = (of: readonly string[]) =>
      occurrences(of, sinks).filter(
        each => !/(bash|javascript|makefile|php|python|typescript)\.js: eval$/.test(each),
      );
    // In grammars `eval` is a word of the language.
    assert.deepEqual(found(standalone), ['chunks/core.js: innerHTML']);
    assert.deepEqual(found(scripts.filter(file => file.startsWith('npm/'))), []);
  });

  it("has its own name for Lit's Trusted Types policy", () => {
    const policies = occurrences(standalone, /createPolicy\(["'`][^"'`]*/g);
    assert.deepEqual(
      policies.map(policy => policy.replace(/["'`]/, '')),
      ['chunks/core.js: createPolicy(sse-chat#lit'],
    );
  });

  it("has Lit's production build", () => {
    assert.deepEqual(occurrences(standalone, /Lit is in dev mode/g), []);
  });

  it('has an embed.js that is a classic script', () => {
    const code = readDist('embed.js');
    assert.ok(code.length > 500, 'embed.js is empty');
    assert.doesNotThrow(() => new vm.Script(code));
    assert.match(code, /currentScript/);
  });
});

describe('what ships beside the code', () => {
  it('names and reproduces the licence of every package that is bundled', () => {
    const notices = readDist('THIRD-PARTY-LICENSES.txt');
    const bundled = new Set(
      scripts
        .filter(file => files.includes(`${file}.map`))
        .flatMap(file => (JSON.parse(readDist(`${file}.map`)) as {sources: string[]}).sources)
        .flatMap(source => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []),
    );
    assert.ok(bundled.has('lit-html') && bundled.has('idb-keyval'));
    for (const name of bundled) {
      assert.match(notices, new RegExp(`^${name.replaceAll('.', '\\.')} \\d+\\.\\d+\\.\\d+`, 'm'));
    }
    assert.match(notices, /BSD|Redistribution and use/);
  });

  it('keeps licence comments out of the code', () => {
    assert.deepEqual(occurrences(scripts, /@license|@preserve|\/\*!/g), []);
  });

  it('has a source map with its sources for each script that has code', () => {
    for (const file of scripts) {
      if (file.includes('/rolldown-runtime-')) continue; // The bundler's own, of no source.
      const code = readDist(file);
      if (
        /^(import|export)[^\n]*;?\s*$/.test(code.trim().replaceAll('\n', ' ')) &&
        !code.includes('sourceMappingURL')
      )
        continue;
      const map = JSON.parse(readDist(`${file}.map`)) as {
        sources: string[];
        sourcesContent: (string | null)[];
      };
      assert.equal(map.sourcesContent.length, map.sources.length, file);
      assert.ok(
        map.sourcesContent.every(content => content !== null),
        file,
      );
    }
  });

  it('names no folder of the machine that built it', () => {
    const machine = [root, homedir(), 'file:///'].filter(path => path.length > 5);
    const found = files.filter(file => machine.some(path => readDist(file).includes(path)));
    assert.deepEqual(found, []);
  });

  it('gives the true integrity of each script for a CDN', () => {
    const integrity = JSON.parse(readDist('integrity.json')) as Record<string, string>;
    assert.deepEqual(Object.keys(integrity), standalone);
    for (const [file, value] of Object.entries(integrity)) {
      assert.equal(value, `sha384-${createHash('sha384').update(readDist(file)).digest('base64')}`, file);
    }
  });
});
