import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {create, type Declaration, type Manifest, type Member, ts} from '@custom-elements-manifest/analyzer';
import {litPlugin} from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import {getVsCodeHtmlCustomData} from 'custom-element-vs-code-integration';
import {ChatSettings} from '../src/ui/settings.ts';

const TAG = 'sse-chat';

/**
 * Writes `custom-elements.json` and, from it, `vscode.html-custom-data.json`. Both come from the element's docblock and
 * its properties, so a part or slot that is missing there is missing in them.
 * @throws {Error} when `<sse-chat>` is not found.
 */
export function writeManifests(root: string, dist: string): void {
  const manifest = published(elementOf(analyze(root)), wordsOf(root));
  writeJson(join(dist, 'custom-elements.json'), manifest);
  const data = getVsCodeHtmlCustomData(
    manifest as unknown as Parameters<typeof getVsCodeHtmlCustomData>[0],
    {},
  );
  writeJson(join(dist, 'vscode.html-custom-data.json'), JSON.parse(String(data))); // A string, whatever its type says.
}

function analyze(root: string): Manifest {
  const ui = readdirSync(join(root, 'src/ui'), {recursive: true, encoding: 'utf8'});
  const files = ['src/index.ts', 'src/element.ts', ...ui.map(name => `src/ui/${name}`)]
    .filter(file => file.endsWith('.ts'))
    .sort();
  return create({
    modules: files.map(file =>
      ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true),
    ),
    plugins: litPlugin(),
    context: {},
  });
}

function elementOf(manifest: Manifest): Declaration {
  const declarations = manifest.modules.flatMap(module => module.declarations ?? []);
  const element = declarations.find(declaration => declaration.tagName === TAG);
  if (!element) throw new Error(`The analyzer found no <${TAG}>.`);
  return element;
}

/** The values that an attribute may have, by property, as a type. The analyzer only knows the name of that type. */
function wordsOf(root: string): ReadonlyMap<string, string> {
  const read = (file: string): string => readFileSync(join(root, 'src', file), 'utf8');
  const choices = read('ui/settings.ts').matchAll(/(\w+): (?:choice|looks)\(([^)]+)\)/g);
  const dialects = /type DialectName =([^;]+);/.exec(read('transport/options.ts'))?.[1] ?? '';
  return new Map([
    ...[...choices].map(([, name = '', words = '']): [string, string] => [
      name,
      words.replaceAll(', ', ' | '),
    ]),
    ['dialect', dialects.trim().replace(/^\| /, '').replace(/\s+/g, ' ')],
    ['summarize', "'endpoint'"],
  ]);
}

/** The element as a user of the package sees it: in the built files, with inherited members, without private ones. */
function published(element: Declaration, words: ReadonlyMap<string, string>): Manifest {
  const isPublic = ({name, privacy}: Member): boolean =>
    !name.startsWith('#') && !name.endsWith('Callback') && privacy !== 'private' && privacy !== 'protected';
  const isOurs = ({name}: Member): boolean => /^chat-/.test(name ?? ''); // The analyzer also takes arguments for event names.
  const flat = (members: Member[] = []): Member[] => members.map(({inheritedFrom: _, ...member}) => member);
  const kebab = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`);
  // The analyzer gives an attribute the name of its property; the element derives it as here.
  const named = (members: Member[]): Member[] =>
    members.map(member => (member.attribute ? {...member, attribute: kebab(member.attribute)} : member));

  // The analyzer reads only literals, but the settings take their defaults from a table.
  const withSetting = (member: Member): Member => {
    const {initial, reflect} = ChatSettings.properties[member.fieldName ?? member.name] ?? {};
    return {
      ...member,
      ...(initial !== undefined && {default: JSON.stringify(initial).replaceAll('"', "'")}),
      ...(reflect && member.attribute && {reflects: true}),
    };
  };

  element.superclass = {name: 'LitElement', package: 'lit'};
  element.members = named(flat(element.members).filter(isPublic)).map(withSetting);
  element.attributes = flat(element.attributes)
    .map(({type, ...each}) => ({
      ...each,
      name: kebab(each.name),
      // In an attribute, a list is a string.
      type: {text: words.get(each.name) ?? type?.text.replace('readonly string[]', 'string') ?? 'string'},
    }))
    .map(withSetting);
  element.events = flat(element.events).filter(isOurs);

  const path = 'dist/npm/element.js';
  const declaration = {name: element.name, module: path};
  return {
    schemaVersion: '1.0.0',
    readme: 'README.md',
    modules: [
      {
        kind: 'javascript-module',
        path,
        declarations: [element],
        exports: [{kind: 'js', name: element.name, declaration}],
      },
      {
        kind: 'javascript-module',
        path: 'dist/npm/index.js',
        declarations: [],
        exports: [{kind: 'custom-element-definition', name: TAG, declaration}],
      },
    ],
  };
}

function writeJson(path: string, value: unknown): void {
  writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);
}
