import {posix} from 'node:path';
import {parseSync} from 'vite';

/** Something in a file under `src/` that the architecture forbids. */
export interface Violation {
  readonly file: string;
  /** Starts at 1. */
  readonly line: number;
  readonly message: string;
}

/** What the files of a folder may import: folders, and packages with everything under them. */
interface Layer {
  readonly folders: readonly string[];
  readonly packages: readonly string[];
  /** Globals that the layer must not use. */
  readonly unknown: readonly string[];
}

const page = ['document', 'window'];
const platform = [...page, 'fetch', 'indexedDB', 'localStorage', 'sessionStorage'];

/** `entry` stands for the files directly under `src/`, which only collect what the package exports. */
const layers: Readonly<Record<string, Layer>> = {
  protocol: {
    folders: [],
    packages: [],
    unknown: [...platform, 'Date', 'Math.random', 'crypto', 'performance', 'setTimeout', 'setInterval'],
  },
  transport: {
    folders: ['protocol'],
    packages: ['@microsoft/fetch-event-source'],
    unknown: ['indexedDB', 'localStorage', 'sessionStorage'],
  },
  conversation: {folders: ['protocol', 'transport'], packages: [], unknown: platform},
  store: {
    folders: ['protocol', 'transport', 'conversation'],
    packages: ['idb-keyval'],
    unknown: ['fetch'],
  },
  markdown: {
    folders: [],
    packages: ['character-entities', 'highlight.js', 'katex'],
    unknown: ['fetch', 'indexedDB'],
  },
  ui: {
    folders: ['protocol', 'transport', 'conversation', 'store', 'markdown', 'locales'],
    packages: ['lit'],
    unknown: ['fetch', 'indexedDB'],
  },
  locales: {folders: ['ui', 'entry'], packages: [], unknown: platform},
  embed: {folders: [], packages: [], unknown: ['fetch', 'indexedDB']},
  react: {folders: ['entry'], packages: ['@lit/react', 'react'], unknown: platform},
  telemetry: {folders: ['entry'], packages: ['@opentelemetry/api'], unknown: platform},
  entry: {
    folders: ['protocol', 'transport', 'conversation', 'store', 'markdown', 'ui', 'entry'],
    packages: ['lit'],
    unknown: [],
  },
};

/** Packages that only one file may import, so that one place guards them. */
const soleImporters: Readonly<Record<string, string>> = {
  '@microsoft/fetch-event-source': 'src/transport/attempt.ts',
};

/** Properties that turn a string into markup or code. */
const bannedProperties = new Set([
  'innerHTML',
  'outerHTML',
  'insertAdjacentHTML',
  'createContextualFragment',
  'setHTMLUnsafe',
  'parseHTMLUnsafe',
  'srcdoc',
]);
const bannedNames = new Set(['DOMParser', 'eval', 'unsafeHTML', 'unsafeSVG', 'unsafeMathML', 'styleMap']);
const bannedAttribute = /^(style|srcdoc|on.*)$/i;
/** In a template: inline styles, which a strict policy forbids, and event handlers and markup as text. */
const bannedMarkup = /<style|<script|\s(style|srcdoc|on\w+)\s*=|\.(innerHTML|outerHTML|srcdoc)\s*=/i;

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

/**
 * Checks one file: the direction of its imports, the packages and globals of its layer, and that nothing in it turns a
 * string into markup or code, or needs what an old library on the page takes away. `file` is relative to the project,
 * with slashes: `src/ui/composer.ts`.
 */
export function checkFile(file: string, code: string): Violation[] {
  const violations: Violation[] = [];
  const name = layerOf(file);
  const layer = layers[name];
  if (!layer) return [{file, line: 1, message: `There is no layer ${name}.`}];

  const report = (node: Node, message: string): void => {
    violations.push({file, line: code.slice(0, node.start).split('\n').length, message});
  };
  const checkImport = (node: Node, specifier: string): void => {
    if (specifier.startsWith('.')) {
      const target = posix.join(posix.dirname(file), specifier);
      if (!target.startsWith('src/')) report(node, `${specifier} is outside of src/.`);
      else if (!mayImport(name, layerOf(target))) report(node, `${name} must not import ${layerOf(target)}.`);
      if (!target.endsWith('.ts')) report(node, `${specifier} does not end in .ts.`);
      return;
    }
    if (!layer.packages.some(each => specifier === each || specifier.startsWith(`${each}/`))) {
      report(node, `${name} must not import ${specifier}.`);
    }
    const importer = soleImporters[specifier];
    if (importer && importer !== file) report(node, `Only ${importer} imports ${specifier}.`);
  };

  const parsed = parseSync(file, code, {lang: 'ts', sourceType: 'module'});
  if (parsed.errors.length > 0) report({type: 'Program', start: 0}, 'The file cannot be parsed.');
  walk(parsed.program as unknown as Node, (node, parent) => {
    const specifier = importedBy(node);
    if (specifier !== undefined) checkImport(node, specifier);
    for (const ban of bansOf(node, parent)) report(node, ban);
    for (const global of globalsOf(node, parent)) {
      if (layer.unknown.includes(global)) report(node, `${name} must not know ${global}.`);
      if (global === 'document.currentScript' && name !== 'embed')
        report(node, `Only embed reads ${global}.`);
    }
  });
  return violations;
}

function layerOf(file: string): string {
  const [, folder, ...rest] = file.split('/');
  return folder && rest.length > 0 ? folder : 'entry';
}

function mayImport(from: string, to: string): boolean {
  return (from === to && from !== 'locales') || layers[from]!.folders.includes(to);
}

/** The specifier of an import or re-export, including those of types. */
function importedBy(node: Node): string | undefined {
  if (node.type === 'ImportExpression' && !text(node['source'])) return undefined; // Its URL is known only at run time.
  return /^(Import|ExportNamed|ExportAll|TSImport)/.test(node.type) ? text(node['source']) : undefined;
}

function* bansOf(node: Node, parent: Node | undefined): Generator<string> {
  const property = propertyName(node);
  if (property && bannedProperties.has(property)) yield `.${property} makes markup of a string.`;
  if (nameOf(node) && bannedNames.has(nameOf(node)!) && isReference(node, parent)) {
    yield `${nameOf(node)} makes markup or code of a string.`;
  }
  if (node.type === 'NewExpression' || node.type === 'CallExpression') {
    const callee = node['callee'] as Node;
    const [first] = node['arguments'] as Node[];
    if (nameOf(callee) === 'Function') yield 'Function makes code of a string.';
    const method = propertyName(callee);
    if ((method === 'entries' && !first) || (method === 'from' && nameOf(callee['object']) === 'Array')) {
      yield `A page with Prototype.js has no .${method}() as it should be.`;
    }
    if (/^(write|writeln)$/.test(method ?? '') && nameOf(callee['object']) === 'document') {
      yield `document.${method} makes markup of a string.`;
    }
    if (/^(setAttribute|setAttributeNS|toggleAttribute)$/.test(method ?? '')) {
      const attribute = (node['arguments'] as Node[])
        .slice(0, 2)
        .map(text)
        .find(value => value && bannedAttribute.test(value));
      if (attribute && (method === 'setAttributeNS' || text(first) === attribute)) {
        yield `The attribute ${attribute} is inline style or code.`;
      }
    }
  }
  if (node.type === 'TaggedTemplateExpression' && /^(html|svg)$/.test(nameOf(node['tag']) ?? '')) {
    const quasis = (node['quasi'] as {quasis: {value: {raw: string}}[]}).quasis;
    const banned = bannedMarkup.exec(quasis.map(quasi => quasi.value.raw).join('${}'));
    if (banned) yield `A template must not have "${banned[0].trim()}".`;
  }
}

/** The globals that a node reads, such as `fetch` and `document.currentScript`, with or without `globalThis.`. */
function* globalsOf(node: Node, parent: Node | undefined): Generator<string> {
  const roots = ['globalThis', 'window', 'self'];
  if (node.type === 'MemberExpression') {
    const object = nameOf(node['object']) ?? propertyName(node['object'] as Node);
    const property = propertyName(node);
    if (object && property) yield `${object}.${property}`;
    if (roots.includes(nameOf(node['object']) ?? '') && property) yield property;
    return;
  }
  const name = nameOf(node);
  if (!name || !parent) return;
  const isUsed =
    (parent.type === 'MemberExpression' && parent['object'] === node) ||
    (/^(Call|New)Expression$/.test(parent.type) && parent['callee'] === node);
  if (isUsed) yield name;
}

function isReference(node: Node, parent: Node | undefined): boolean {
  if (!parent) return false;
  const isName = (parent['key'] === node || parent['property'] === node) && parent['computed'] !== true;
  return !isName;
}

function propertyName(node: Node): string | undefined {
  if (node.type === 'MemberExpression') {
    return node['computed'] ? text(node['property']) : nameOf(node['property']);
  }
  return undefined;
}

function nameOf(node: unknown): string | undefined {
  const {type, name} = (node ?? {}) as {type?: string; name?: unknown};
  return type === 'Identifier' && typeof name === 'string' ? name : undefined;
}

function text(node: unknown): string | undefined {
  const {type, value} = (node ?? {}) as {type?: string; value?: unknown};
  return type === 'Literal' && typeof value === 'string' ? value : undefined;
}

function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child === 'object' && child !== null && typeof child.type === 'string')
        walk(child, visit, node);
    }
  }
}
