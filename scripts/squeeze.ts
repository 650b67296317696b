import {existsSync, readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {basename, join} from 'node:path';
import remapping from '@jridgewell/remapping';
import MagicString from 'magic-string';
import {type MinifyOptions, type MinifyOutput, minify} from 'terser';
import {type Plugin, parseAst} from 'vite';

/**
 * Makes Chromium compile a script while it loads, off the main thread. The first answer calls nearly all of it, and
 * would otherwise compile it in the frame that shows its first word.
 */
export const COMPILE_HINT = '//# allFunctionsCalledOnLoad';

/** Minifies a built script once more, in place, together with its source map. */
export async function squeeze(
  file: string,
  {hint, ...options}: {readonly module: boolean; readonly hint: boolean},
): Promise<void> {
  if (!existsSync(`${file}.map`)) return; // It has only imports and exports of other chunks, and no source.
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
 * Moves the functions of a script behind everything else, from where they are hoisted: brotli compresses better (0.3 %)
 * when similar code is adjacent.
 */
function functionsLast(code: string): MagicString {
  const moved = new MagicString(code);
  for (const {type, start, end} of parseAst(code).body) {
    if (type === 'FunctionDeclaration') moved.move(start, end, code.length);
  }
  return moved;
}

/**
 * Minifies code that is already minified. Oxc leaves about 1.5 % (brotli) to Terser, which is worth a feature in the
 * size budget; Terser alone, without Oxc before it, produces more than Oxc.
 */
export function minifyAgain(
  code: string,
  options: Pick<MinifyOptions, 'module' | 'sourceMap' | 'format'>,
): Promise<MinifyOutput> {
  return minify(code, {
    format: {comments: false},
    ...options,
    // Terser respects this: it neither renames what it finds here, nor gives these names to anything else.
    nameCache: {vars: {props: exportedNames(code)}, props: {props: {}}},
    ecma: 2020, // The newest that Terser knows; it leaves newer syntax as it is.
    // No function expression here is called with `new`, so each that does not use `this` may become an arrow function.
    // A constant stays on its side of a comparison: brotli prefers repetition over a few bytes less before it. No value
    // put into a template literal here has a `valueOf` of its own, so `unsafe` may turn `${a}b` into `a + "b"`.
    compress: {passes: 5, keep_fargs: false, lhs_constants: false, unsafe_arrows: true, unsafe: true},
  });
}

/**
 * The short names that the bundler gave to exports for other chunks. Using them inside the chunk as well turns
 * `export{a as b}` into `export{b}`.
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

/** A letter for each private custom property, the same in every chunk. */
function privateProperties(): Map<string, string> {
  const names = readdirSync(UI).flatMap(file => readFileSync(join(UI, file), 'utf8').match(PRIVATE) ?? []);
  return new Map([...new Set(names)].sort().map((name, at) => [name, `--_${(at + 10).toString(36)}`]));
}

const PRIVATE = /--_[a-z]+/g;

/** Removes comments, white space and long names from style sheets and templates, which a minifier treats as text. */
export function minifyStyles(): Plugin {
  const names = privateProperties();
  const shorten = (css: string): string =>
    css
      .replace(/\/\*[\s\S]*?\*\//g, '')
      .replace(/\s+/g, ' ')
      .replace(/ ?([{};,>~!]) ?/g, '$1')
      .replace(/(?<![)\d]|calc\([^;{]*) \+ (?=[a-z.*:[])/g, '+') // In a selector; `calc()` needs the spaces.
      .replace(/: /g, ':')
      .replace(/;}/g, '}')
      .replace(/='([\w-]+)'/g, '=$1')
      .replace(/(?<![\d.])0(?=\.\d)/g, '')
      .trim();
  // Lines of a template lose their indentation, but stay lines, so that a source map still finds them.
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
          const lines = css.replace(/[^\n]/g, ''); // Added after it, so that the following code stays on its line.
          return `\`${shorten(css)}\`${lines}`; // Without the tag, so that the sheets become one string.
        });
        return {code: outdent(result).replace(PRIVATE, name => names.get(name)!), map: null};
      },
    },
  };
}
