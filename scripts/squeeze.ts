import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import remapping from '@jridgewell/remapping';
import MagicString from 'magic-string';
import {type MinifyOptions, type MinifyOutput, minify} from 'terser';
import {type Plugin, parseAst} from 'vite';

/**
 * Has Chromium compile a script while it loads, beside the page's own thread: nearly all of it is called by the first answer,
 * in the frame that shows its first word.
 */
export const COMPILE_HINT = '//# allFunctionsCalledOnLoad';

/** Minifies a built script once more, in place, its source map with it. */
export async function squeeze(
  file: string,
  {hint, ...options}: {readonly module: boolean; readonly hint: boolean},
): Promise<void> {
  if (!existsSync(`${file}.map`)) return; // Nothing but imports and exports of other chunks, and no source.
  const map = readFileSync(`${file}.map`, 'utf8');
  const code = readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '');
  const result = await minifyAgain(code, {
    ...options,
    format: {comments: false, ...(hint && {preamble: COMPILE_HINT})},
    sourceMap: {content: map, filename: basename(file)},
  });
  const moved = functionsLast(result.code!);
  writeFileSync(file, `${moved}\n//# sourceMappingURL=${basename(file)}.map\n`);
  writeFileSync(
    `${file}.map`,
    String(remapping([moved.generateMap({hires: true}).toString(), String(result.map)], () => null)),
  );
}

/**
 * With the functions of a script behind all else, from where they are hoisted: brotli makes less of what is like its neighbours
 * (0.3 %).
 */
function functionsLast(code: string): MagicString {
  const moved = new MagicString(code);
  for (const {type, start, end} of parseAst(code).body) {
    if (type === 'FunctionDeclaration') moved.move(start, end, code.length);
  }
  return moved;
}

/**
 * What is minified already, minified once more. Oxc leaves about 1.5 % (brotli) to Terser,
 * and that is a feature's worth of the size budget; Terser alone, without Oxc before it, makes more than Oxc.
 */
export function minifyAgain(
  code: string,
  options: Pick<MinifyOptions, 'module' | 'sourceMap' | 'format'>,
): Promise<MinifyOutput> {
  return minify(code, {
    format: {comments: false},
    ...options,
    // Terser keeps to it: what it finds here is not named anew, nor is anything else named so.
    nameCache: {vars: {props: exportedNames(code)}, props: {props: {}}},
    ecma: 2020, // The newest that Terser knows; what it does not know it leaves as it is.
    // No function expression here is called by `new`, so each that does not say `this` may be an arrow. A constant stays on
    // the side where it stands: brotli likes what repeats, and a few more bytes before it do not count. What is put into a text
    // here has no `valueOf` of its own, so that `${a}b` may be `a + "b"`, which `unsafe` makes of it.
    compress: {passes: 5, keep_fargs: false, lhs_constants: false, unsafe_arrows: true, unsafe: true},
  });
}

/**
 * The short names that the bundler gave to what other chunks import: it is called so inside, too, and `export{a as b}`
 * becomes `export{b}`.
 */
function exportedNames(code: string): Record<string, string> {
  const [, list = ''] = /\bexport\s*\{([^}]*)\};?\s*$/.exec(code) ?? [];
  const pairs = list.matchAll(/([\w$]+) as ([\w$]{1,2})(?=\s*(?:,|$))/g);
  return Object.fromEntries(
    [...pairs]
      .filter(([, , name]) => !/^(do|if|in)$/.test(name!))
      .map(([, local, name]) => [`$${local}`, name!]),
  );
}

const UI = join(import.meta.dirname, '../src/ui');

/** A letter for each of the custom properties that no page knows, the same in every chunk. */
function privateProperties(): Map<string, string> {
  const names = readdirSync(UI).flatMap(file => readFileSync(join(UI, file), 'utf8').match(PRIVATE) ?? []);
  return new Map([...new Set(names)].sort().map((name, at) => [name, `--_${(at + 10).toString(36)}`]));
}

const PRIVATE = /--_[a-z]+/g;

/** Takes comments, white space and long names out of style sheets and templates, which are text to a minifier. */
export function minifyStyles(): Plugin {
  const names = privateProperties();
  const shorten = (css: string): string =>
    css
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>~!]) ?/g, '$1')
      .replace(/(?<![)\d]|calc\([^;{]*) \+ (?=[a-z.*:[])/g, '+') // Of a selector: in `calc()` it must keep them.
      .replace(/: /g, ':')
      .replace(/;}/g, '}')
      .replace(/='([\w-]+)'/g, '=$1')
      .replace(/(?<![\d.])0(?=\.\d)/g, '')
      .trim();
  // Lines of a template lose their indentation, and stay lines, so that a source map still finds them.
  const outdent = (code: string): string =>
    code
      .replace(/\n +(?=[<@]|\$\{|[\w-]+=["$])/g, '\n')
      .replace(/(?<=[ \n][\w-]+=)"([\w-]+)"(?=[ >\n])/g, '$1');
  return {
    name: 'minify-styles',
    transform: {
      filter: {id: /\/src\/ui\/.*\.ts$/},
      handler(code) {
        const result = code.replace(/\bcss`([^`\\]*)`/g, (_, css: string) => {
          const lines = css.replace(/[^\n]/g, ''); // Kept behind it, so that what follows stays on its line.
          return `\`${shorten(css)}\`${lines}`; // Without the tag, so that the sheets become one text.
        });
        return {code: outdent(result).replace(PRIVATE, name => names.get(name)!), map: null};
      },
    },
  };
}
