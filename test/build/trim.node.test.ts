import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it, test} from 'node:test';
import {parseSync, Visitor} from 'vite';

const folder = join(import.meta.dirname, '../../src/ui');

/** Stands where a template has a value. */
const VALUE = '\u0000';

interface Template {
  readonly file: string;
  /** With `VALUE` for each value. */
  readonly text: string;
  /** What kind of expression each listener is. */
  readonly listeners: readonly string[];
}

function read(file: string): {imported: string[]; templates: Template[]} {
  const imported: string[] = [];
  const templates: Template[] = [];
  const {program} = parseSync(file, readFileSync(join(folder, file), 'utf8'));
  new Visitor({
    ImportDeclaration({source, importKind, specifiers}) {
      if (source.value !== 'lit' || importKind === 'type') return;
      for (const each of specifiers) {
        if (each.type === 'ImportSpecifier' && each.importKind !== 'type') imported.push(each.local.name);
      }
    },
    TaggedTemplateExpression({tag, quasi}) {
      if (tag.type !== 'Identifier' || tag.name !== 'html') return;
      const texts = quasi.quasis.map(({value}) => value.raw);
      const listeners = quasi.expressions
        .filter((_, at) => /@[\w-]+="?$/.test(texts[at]!))
        .map(({type}) => type);
      templates.push({file, text: texts.join(VALUE), listeners});
    },
  }).visit(program);
  return {imported, templates};
}

describe('what scripts/trim.ts leaves out of Lit', () => {
  const files = readdirSync(folder)
    .filter(file => file.endsWith('.ts'))
    .map(read);
  const templates = files.flatMap(file => file.templates);
  const having = (pattern: RegExp) => templates.filter(({text}) => pattern.test(text));

  it('is not imported', () => {
    const known = new Set(['LitElement', 'html', 'nothing', 'render', 'unsafeCSS']);
    assert.deepEqual(
      files.flatMap(({imported}) => imported).filter(name => !known.has(name)),
      [],
    );
  });

  it('is in no template', () => {
    assert.ok(templates.length > 20);
    assert.ok(
      !templates.some(({listeners}) => listeners.includes('ObjectExpression')),
      'listeners with options',
    );
    assert.deepEqual(having(/<!--/), [], 'comments');
    assert.deepEqual(having(/<(?:script|style|title)\b/), [], 'elements whose content is text');
    assert.deepEqual(having(/<textarea[^>]*>(?!<\/textarea>)/), [], 'text in a text box');
    assert.deepEqual(
      having(/<[\w-]+(?:\s+[\w@.?-]+(?:=(?:"[^"]*"|[^\s">]+))?)*\s+\0/),
      [],
      'what is bound to an element itself',
    );
    assert.deepEqual(
      having(/=["'][^"']*\0|=(?!\0[\s>])[^\s"'>]*\0/),
      [],
      'values between other text, or in quotes',
    );
    assert.deepEqual(having(/="[^"\0]*[=>]|\0\/>/), [], 'text of an attribute that reads like markup');
  });

  it('is no hook, and no setting of a property', () => {
    const unused =
      /\b(?:shouldUpdate|performUpdate|getUpdateComplete|hostUpdate|addInitializer|createProperty|getPropertyOptions|hasChanged|toAttribute|fromAttribute|state: true)\b/g;
    const found = readdirSync(folder, {recursive: true, encoding: 'utf8'})
      .filter(file => file.endsWith('.ts'))
      .flatMap(file => [...readFileSync(join(folder, file), 'utf8').matchAll(unused)].map(([hook]) => hook));
    assert.deepEqual(found, []);
  });

  it('is no accessor of a property’s own, unless Lit is told to make none', () => {
    const settings = readFileSync(join(folder, 'settings.ts'), 'utf8');
    const element = readFileSync(join(folder, 'sse-chat.ts'), 'utf8');
    const [, list = ''] = /static override properties[^{]*\{([\s\S]*?)\n {2}\};/.exec(settings) ?? [];
    const properties = [...list.matchAll(/^ {4}(\w+):(.*)$/gm)];
    assert.ok(properties.length > 40);
    for (const [, name, setting] of properties) {
      const isOwn = new RegExp(`\\b[gs]et ${name}\\(`).test(settings + element);
      assert.equal(isOwn, /noAccessor/.test(setting!), name);
    }
  });
});

test('what scripts/trim.ts leaves out of idb-keyval, a store for those who bring none, is needed by nobody', () => {
  const store = join(import.meta.dirname, '../../src/store');
  const calls: string[] = [];
  for (const file of readdirSync(store)) {
    const {program, module} = parseSync(file, readFileSync(join(store, file), 'utf8'));
    const imported = new Set<string>();
    new Visitor({
      ImportSpecifier({local}) {
        imported.add(local.name);
      },
      CallExpression({callee, arguments: given}) {
        if (callee.type === 'Identifier' && callee.name === 'update' && imported.has('update'))
          calls.push(`${file} ${given.length}`);
      },
    }).visit(program);
    for (const {moduleRequest, entries} of module.staticImports) {
      if (moduleRequest.value !== 'idb-keyval') continue;
      for (const {importName, isType} of entries)
        assert.ok(isType || ['promisifyRequest', 'update'].includes(importName.name!), file);
    }
  }
  assert.deepEqual(calls, ['lease.ts 3']);
});
