import type {Plugin} from 'vite';

/** In the modules whose path ends with `module`, each match of the pattern is replaced. */
type Change = readonly [module: string, pattern: RegExp, replacement: string];

/**
 * What a build leaves out of the packages that it bundles: code for older browsers, for other copies on the page, or
 * for features that nothing here uses. It is 2.4 kB. The patterns match the packages' published builds. A pattern that
 * finds nothing stops the build, and test/build/trim.node.test.ts checks that nothing here uses what is left out.
 */
const changes: readonly Change[] = [
  // Lit names its Trusted Types policy `lit-html`; a second policy of that name is an error on a page that restricts
  // policy names.
  ['lit-html.js', /createPolicy\((["'`])lit-html\1/g, 'createPolicy($1sse-chat#lit$1'],

  // Browsers without shadow roots, or without adoptable style sheets; polyfills, hydration, and a page that asks for
  // the versions of Lit it has.
  [
    'css-tag.js',
    /[\w$]+\.ShadowRoot&&\([^)]*\)&&"adoptedStyleSheets"in[^&]+&&"replace"in CSSStyleSheet\.prototype/g,
    'true',
  ],
  ['lit-html.js', /[\w$]+\(([\w$]+)\)(?=\.nextSibling|\.remove\(\))/g, '$1'],
  ['', /(?<==)[\w$]+\.\w+PolyfillSupport\b/g, 'void 0'],
  ['lit-element.js', /[\w$]+\.litElementHydrateSupport\?\.\([^)]*\)/g, 'void 0'],
  ['', /\([\w$]+\.\w+Versions\?\?=\[\]\)\.push\([^)]*\)/g, 'void 0'],

  // Directives, and the code that tells them that an element has left the page.
  ['lit-html.js', /(?<=const )[\w$]+=\{M:[^}]*\},|[\w$]+ as _\$LH,/g, ''],
  ['lit-html.js', /function [\w$]+\([^)]*\)\{[^}]*_\$litDirective\$[^}]*\}/g, ''],
  ['lit-html.js', /[\w$]+\(this,([\w$]+(?:\[[^\]]*\])?)(?:,[\w$]+)*\)(?=[,;?)])/g, '$1'],
  ['lit-html.js', /get (?:_\$AU|parentNode|startNode|endNode|tagName)\(\)\{[^}]*\}/g, ''],
  ['lit-html.js', /setConnected\([\w$]+\)\{[^}]*\}/g, ''],
  ['lit-html.js', /,this\._\$Cv=[\w$]+\?\.isConnected\?\?!0/g, ''],
  ['lit-html.js', /this\._\$AN=void 0,/g, ''],
  ['lit-html.js', /constructor\([^)]*\)\{super\([^)]*\),this\.type=\d\}/g, ''],
  ['lit-html.js', /this\.type=\d,/g, ''],
  ['lit-html.js', /this\._\$AP\?\.\([^)]*\);/g, ';'],
  ['lit-element.js', /(?:dis)?connectedCallback\(\)\{[^}]*\}/g, ''],
  ['lit-element.js', /,this\._\$Do=void 0|this\._\$Do=/g, ''],
  ['lit-element.js', /this\.hasUpdated\|\|\(this\.renderOptions\.isConnected=this\.isConnected\),/g, ''],

  // Bindings in comments, in the text of `<style>` and the like, and on the element itself.
  ['lit-html.js', /"!--"===([\w$]+)\[1\]\?[\w$]+=[\w$]+:void 0!==\1\[1\]\?[\w$]+=[\w$]+:/g, ''],
  ['lit-html.js', /(?<=:)([\w$]+)===[\w$]+\|\|\1===[\w$]+\?\1=[\w$]+:(?=\()/g, ''],
  ['lit-html.js', /else\{let [\w$]+=-1;for\([^}]*\}\)[^}]*\}/g, ''],
  ['lit-html.js', /[\w$]+\.test\(([\w$]+)\[2\]\)&&\([\w$]+=RegExp\("<\/"\+\1\[2\],"g"\)\)/g, '0'],
  ['lit-html.js', /[\w$]+\.test\([\w$]+\.tagName\)/g, 'false'],
  ['lit-html.js', /else [\w$]+\.startsWith\([\w$]+\)&&\([\w$]+\.push\(\{type:6[^}]*\}\)[^)]*\)\)/g, ''],
  ['lit-html.js', /6===[\w$]+\.type&&\([\w$]+=new [\w$]+\([^)]*\)\)/g, '0'],

  // Templates of SVG and MathML, compiled templates, and rendering into content that was there before.
  ['lit-html.js', /2===[\w$]+\?"<(\/?)svg>":3===[\w$]+\?"<\1math>":""/g, '""'],
  ['lit-html.js', /2===([\w$]+)\|\|3===\1/g, 'false'],
  ['lit-html.js', /"number"==typeof ([\w$]+)\?(this\._\$AC\([\w$]+\)):\(.*?,\1\)/g, '$2'],
  ['lit-html.js', /[\w$]+\?\.(?:renderBefore|creationScope)\?\?/g, ''],
  ['lit-element.js', /createRenderRoot\(\)\{[^}]*\}/g, ''],

  // Event listeners that are objects.
  ['lit-html.js', /(?:\|\|([\w$]+)\.(?:capture|once|passive)!==([\w$]+)\.(?:capture|once|passive)){3}/g, ''],
  [
    'lit-html.js',
    /"function"==typeof this\._\$AH\?(this\._\$AH\.call\([^)]*\)):this\._\$AH\.handleEvent\([\w$]+\)/g,
    '$1',
  ],

  // Several values or other text in one attribute, a string in a quoted attribute that would be read as markup, and
  // values that change nothing.
  [
    'lit-html.js',
    /void 0!==([\w$]+)\[2\]\?\(0,([\w$]+)=([\w$]+)\):.*?:\2===\3\?(">"===\1\[0\]\?\(\2=)[\w$]+\?\?(.*?):void 0===\1\[1\]\?[\w$]+=-2(:\([^;]*?\1\[1\]),\2=.*?;const .*?;/g,
    '$2=$3:$4$5$6);',
  ],
  ['lit-html.js', /[\w$]+>=0\?(\([\w$]+\.push\([\w$]+\),.*?)\+[\w$]+\):[\w$]+\+[\w$]+\+\(-2===.*?\)/g, '$1)'],
  ['lit-html.js', /[\w$]+=[\w$]+\.getAttribute\([\w$]+\)\.split\([\w$]+\),|,strings:[\w$]+(?=,ctor)/g, ''],
  ['lit-html.js', /,[\w$]+\.strings,this(?=,)/g, ''],
  ['lit-html.js', /if\([\w$]+\.hasAttributes\(\)\)/g, ''],
  ['lit-html.js', /1===[\w$]+\.type\?([\w$]+=new [\w$]+\.ctor\([^)]*\)):0/g, '$1'],
  [
    'lit-html.js',
    /void 0!==([\w$]+)&&\(void 0!==\1\.strings\?.*?:(\1\._\$AI\([\w$]+\[[\w$]+)\]\)\),[\w$]+\+\+/g,
    '$2++])',
  ],
  [
    'lit-html.js',
    /(_\$AI\(([\w$]+)),[^)]*\)\{const [\w$]+=this\.strings;.*?[\w$]+=(![\w$]+\(\2\)\|\|\2!==this\._\$AH)&&.*?this\.j\(\2\)\}/g,
    '$1){($3)&&(this._$AH=$2,this.j($2))}',
  ],
  ['lit-html.js', /,[\w$]+\.length>2\|\|""!==.*?:this\._\$AH=[\w$]+(?=\})/g, ''],
  ['lit-html.js', /(?<=!==this\._\$AH)&&[\w$]+!==[\w$]+(?=&&this\._\()/g, ''],
  ['lit-html.js', /if\(\(([\w$]+)=\1\?\?([\w$]+)\)===[\w$]+\)return;/g, '$1??=$2;'],
  ['lit-html.js', /(?<=EventListener\(this\.name,this),[\w$]+/g, ''],
  ['lit-html.js', /&&\(([\w$]+===[\w$]+)\|\|[\w$]+\)(?=;)/g, '&&$1'],
  ['lit-html.js', /[\w$]+=Symbol\.for\("lit-noChange"\),|[\w$]+ as noChange,/g, ''],
  ['lit-element.js', /(,noChange as [\w$]+)(?=\}from)|render\(\)\{return [\w$]+\}/g, ''],
  ['lit-element.js', /[\w$]+\._\$litElement\$=!0,[\w$]+\["finalized"\]=!0,/g, ''],

  // What contains a part, which only directives ask for.
  ['lit-html.js', /,this\._\$AM=[\w$]+/g, ''],
  [
    'lit-html.js',
    /constructor\(([\w$]+,[\w$]+),[\w$]+,(?:[\w$]+,)?([\w$]+)\)\{(?=this\._\$AH)/g,
    'constructor($1,$2){',
  ],
  ['lit-html.js', /(?<=\.nextSibling|\)\)|new [\w$]+\([\w$]+),this(?=[,)])|,void 0(?=,[\w$]+\?\?)/g, ''],

  // Decorators, and reflecting objects as attributes.
  ['reactive-element.js', /static addInitializer\([\w$]+\)\{[^}]*\}/g, ''],
  ['reactive-element.js', /,this\.constructor\.l\?\.forEach\([^)]*\)\)/g, ''],
  ['reactive-element.js', /void 0!==([\w$]+)\.l&&\(this\.l=\[\.\.\.\1\.l\]\),/g, ''],
  ['reactive-element.js', /Symbol\.metadata\?\?=[^;]*;/g, ''],
  ['reactive-element.js', /const [\w$]+=this\[Symbol\.metadata\];if\([^)]*\)\{[^}]*\}/g, ''],
  ['reactive-element.js', /\{toAttribute\(.*?fromAttribute(.*?)(\{let .*?\}\}return [\w$]+\})\}/g, '$1=>$2'],

  // Properties that are only state, that have a comparison or conversion of their own, or that have accessors in the
  // class; and hooks around an update that nothing uses.
  ['reactive-element.js', /[\w$]+\.state&&\([\w$]+\.attribute=!1\),/g, ''],
  ['reactive-element.js', /this\.prototype\.hasOwnProperty\([\w$]+\)&&\(\([^)]*\)\)\.wrapped=!0\),/g, ''],
  ['reactive-element.js', /,wrapped:[\w$]+\}(?=,[\w$]+\)\{)/g, '}'],
  ['reactive-element.js', /,!0!==[\w$]+\|\|void 0!==[\w$]+(?=\)\|\|)/g, ''],
  [
    'reactive-element.js',
    /const ([\w$]+)=this\.constructor\.elementProperties;if\(\1\.size>0\)for\([^}]*\}=[^}]*\}/g,
    '',
  ],
  ['reactive-element.js', /\([\w$]+\.hasChanged\?\?([\w$]+)\)/g, '$1'],
  [
    'reactive-element.js',
    /\(void 0!==[\w$]+\.converter\?\.toAttribute.*?toAttribute\(([\w$]+),([\w$]+\.type)\)/g,
    '$2?$1?"":null:$1',
  ],
  [
    'reactive-element.js',
    /([\w$]+)="function"==typeof ([\w$]+)\.converter\?.*?\2\.converter:([\w$]+;.*?)\1\.fromAttribute/g,
    '$1=$2.converter??$3$1',
  ],
  ['reactive-element.js', /this\._\$EO\?\.forEach\([\w$]+=>[\w$]+\.hostUpdate\?\.\(\)\),/g, ''],
  ['reactive-element.js', /this\.getUpdateComplete\(\)\}getUpdateComplete\(\)\{return /g, ''],
  [
    'reactive-element.js',
    /let ([\w$]+)=!1;(.*?)\1=this\.shouldUpdate\([\w$]+\),\1\?\((.*?)\):.*?throw \1=!1,(.*?)\1&&/g,
    '$2$3}catch(e){throw this._$EM(),e}',
  ],
  ['reactive-element.js', /shouldUpdate\([\w$]+\)\{return!0\}/g, ''],

  // Properties named by a symbol, and Lit's defaults for settings that each property here has.
  ['reactive-element.js', /\[\.\.\.[\w$]+\(([\w$]+)\),\.\.\.[\w$]+\(\1\)\]/g, 'Object.keys($1)'],
  ['reactive-element.js', /getOwnPropertyDescriptor:.*?(?=getPrototypeOf)/g, ''],
  ['reactive-element.js', /case Number:[^;]*;break;case Object:/g, ''],
  ['reactive-element.js', /\{attribute:!0,.*?hasChanged:[\w$]+\}/g, '{}'],
  [
    'reactive-element.js',
    /createProperty\(([\w$]+),([\w$]+)=[\w$]+\)\{if\(this\._\$Ei\(\),(.*?)(\{const ([\w$]+)=Symbol\(\)),.*?;.*?([\w$]+\(this\.prototype,\1,)[\w$]+\)\}\}static getPropertyDescriptor.*?,(configurable:.*?\})\}/g,
    'createProperty($1,$2){if($3$4;$6{get(){return this[$5]},set(value){const old=this[$5];this[$5]=value,this.requestUpdate($1,old,$2)},$7)}}',
  ],
  ['reactive-element.js', /static getPropertyOptions\(.*?\}/g, ''],
  ['reactive-element.js', /\.getPropertyOptions\(/g, '.elementProperties.get('],
  [
    'reactive-element.js',
    /,([\w$]+)=!1,([\w$]+)(\)\{.*?if\()!1===\1&&\((\2=this\[[\w$]+\])\),[\w$]+\?\?=.*?,(?=!)/g,
    ',$2$3$4,',
  ],

  // Attributes that a property does not name, defaults that are reflected once they are set again, and updates made by
  // hand, or before the element is in the page.
  [
    'reactive-element.js',
    /const [\w$]+=this\.constructor;(if\(.*?)\|\|[\w$]+\.useDefault&&[^;]*(?=\)\)return)/g,
    '$1',
  ],
  [
    'reactive-element.js',
    /const ([\w$]+)=this\._\$Eu\([\w$]+,([\w$]+)\);void 0!==/g,
    'const $1=$2.attribute;',
  ],
  [
    'reactive-element.js',
    /this\.constructor\._\$Eu\([\w$]+,([\w$]+)\);if\(void 0!==[\w$]+&&!0===\1\.reflect\)\{(.*?)\}\}/g,
    '$1.attribute;$2}',
  ],
  ['reactive-element.js', /static _\$Eu\(.*?\}/g, ''],
  ['reactive-element.js', /void 0!==([\w$]+)&&(?=this\._\$Em!==\1)/g, ''],
  ['reactive-element.js', /(?<=return this\.finalize\(\),)this\._\$Eh&&/g, ''],
  [
    'reactive-element.js',
    /this\._\$Ep=void 0,(?=this\.is)|this\._\$Em=null,(?=this\._\$Ev)|(?<=,)this\._\$Ev\(\)\}_\$Ev\(\)\{/g,
    '',
  ],
  [
    'reactive-element.js',
    /attributeChangedCallback\([\w$]+,([\w$]+),[\w$]+\)\{[^}]*\}(.*?)_\$AK\(([\w$]+),([\w$]+)\)/g,
    '$2attributeChangedCallback($3,old,$4)',
  ],
  [
    'reactive-element.js',
    /const ([\w$]+)=(this\.scheduleUpdate\(\));return null!=\1&&await \1/g,
    'return await $2',
  ],
  [
    'reactive-element.js',
    /if\(!this\.isUpdatePending\)return;if\(!this\.hasUpdated\)\{(if\().*?,(this\._\$Ep\)\{.*?\})\}/g,
    '$1$2',
  ],
  [
    'reactive-element.js',
    /void 0!==this\.renderRoot&&|(?:enableUpdating|willUpdate|(?:firstU|u)pdated)\([\w$]+\)\{\}/g,
    '',
  ],
  ['reactive-element.js', /(?<=\}),([\w$]+)(\)\{.*?)\1\?\?(?=[\w$]+\?\?this)/g, '$2'],
  ['reactive-element.js', /[\w$]+\.elementStyles=\[\],/g, ''],
  ['reactive-element.js', /,[\w$]+=[\w$]+\.trustedTypes,[\w$]+=[\w$]+\?[\w$]+\.emptyScript:""/g, ''],

  // Style sheets shared by templates with the same text, constructed elsewhere, or already there.
  ['css-tag.js', /if\(this\._\$cssResult\$=!0,.*?\)throw Error\(.*?\);/g, ''],
  [
    'reactive-element.js',
    /this\.finalizeStyles\((.*?)\)\}static finalizeStyles.*?return [\w$]+(?=\})/g,
    '[$1].flat(1/0)',
  ],
  [
    'css-tag.js',
    /(get styleSheet\(\)\{).*?return [\w$]+\}/g,
    '$1return this.o||(this.o=new CSSStyleSheet).replaceSync(this.cssText),this.o}',
  ],
  ['css-tag.js', /,this\.t=[\w$]+|toString\(\)\{[^}]*\}|,void 0,[\w$]+(?=\))/g, ''],
  ['css-tag.js', /([\w$]+) instanceof CSSStyleSheet\?\1:(?=\1\.styleSheet)/g, ''],

  // Short names for what only Lit itself uses. Another copy of Lit on the page never sees them.
  ['reactive-element.js', /_\$(?:[AE](?=\w)|(?=lit))/g, '_'],
  ['reactive-element.js', /\belementProperties\b/g, '_y'],
  ['lit-html.js', /_\$(?:[AE](?=\w)|(?=lit))/g, '_'],
  ['lit-element.js', /_\$(?:[AE](?=\w)|(?=lit))/g, '_'],

  // What the client does itself: judging the response, and handling a page that is hidden.
  ['fetch.js', /var __rest = [\s\S]*?\n};/g, ''],
  ['fetch.js', / \} = (_\w+), rest = __rest\(\1, \[[^\]]*\]\);/g, ', ...rest } = $1;'],
  ['fetch.js', /Object\.assign\(Object\.assign\(\{\}, rest\), \{([^}]*)\}\)/g, '{...rest, $1}'],
  [
    'fetch.js',
    /inputOnOpen !== null && inputOnOpen !== void 0 \? inputOnOpen : defaultOnOpen/g,
    'inputOnOpen',
  ],
  ['fetch.js', /function defaultOnOpen[\s\S]*?\n\}/g, ''],
  ['fetch.js', /function onVisibilityChange[\s\S]*?\n {8}\}/g, ''],
  ['fetch.js', /const interval = .*\s*.*\s*.*(?=\s*\})/g, 'onerror(err);'],
  ['fetch.js', /id => \{[\s\S]*?(?=, onmessage)/g, 'undefined, undefined'],
  ['fetch.js', /if \(!openWhenHidden\) \{[^}]*\}/g, ''],
  ['fetch.js', /document\.removeEventListener\([^)]*\);|window\.clearTimeout\([^)]*\);/g, ''],
  ['fetch.js', /\w+ === null \|\| \w+ === void 0 \? void 0 : (?=inputSignal)/g, ''],
  ['fetch.js', /onclose === null .*;/g, ''],
  ['fetch.js', /inputFetch !== null .* : window\.fetch/g, 'inputFetch'],
  ['fetch.js', /try \{\s*onerror\(err\);\s*\}\s*catch \(innerErr\) \{([^}]*)\(innerErr\);\s*\}/g, '$1(err);'],

  // Parsing events: the parser is given nothing but blank lines, one at a time.
  ['parse.js', /if \(buffer === undefined\) (\{[^}]*\})\s*else \{[^}]*\}/g, '$1'],
  ['parse.js', /if \(discardTrailingNewline\) \{[^}]*\}[^}]*\}|if \(lineEnd === -1\) \{[^}]*\}/g, ''],
  ['parse.js', /case 58:[\s\S]*?(?=case 10:)/g, ''],
  ['parse.js', /if \(lineStart === bufLength\) \{[^}]*\}\s*else [^}]*\}/g, ''],
  ['parse.js', /, fieldLength(?=\);)|else if \(fieldLength > 0\) \{[\s\S]*?\n {8}\}/g, ''],
  ['parse.js', /onMessage === null .*\s*message = .*/g, 'onMessage();'],
  ['parse.js', /let message = .*\s*const decoder = .*/g, ''],

  // A default store, for callers that pass none.
  ['idb-keyval/dist/index.js', /(?<=customStore) = defaultGetStore\(\)/g, ''],

  // It becomes a module, and loses the code that makes HTML.
  ['highlight.js/lib/core.js', /module\.exports = (?=highlight;)/g, 'export default '],
  ['highlight.js/lib/core.js', /(?<=function highlightElement\(element\) \{)[\s\S]*?(?=\n {2}\})/g, ''],
  ['highlight.js/lib/core.js', /(?<=toHTML\(\) \{)[^}]*(?=\})/g, ''],
];

/** Makes these changes in the packages that a build bundles: all of them, or only those for one package. */
export function trim(only = ''): Plugin {
  const own = changes.filter(([module]) => module.startsWith(only));
  const missing = new Set(own);
  return {
    name: 'trim',
    transform: {
      filter: {
        id: /\/node_modules\/(@lit\/|lit-|@microsoft\/fetch-event-source\/|idb-keyval\/|highlight\.js\/)/,
      },
      handler(code, id) {
        if (/\/directive\.js$/.test(id))
          this.error('Lit has no directives in this build, see scripts/trim.ts.');
        let result = code;
        for (const change of own) {
          const [module, pattern, replacement] = change;
          if (!id.endsWith(module)) continue;
          result = result.replace(pattern, (found, ...groups) => {
            missing.delete(change);
            const text = replacement.replace(/\$(\d)/g, (_, group) => groups[group - 1]);
            return text + found.replace(/[^\n]/g, ''); // The following code stays on its line, where a source map finds it.
          });
        }
        return {code: result, map: null};
      },
    },
    buildEnd(error) {
      const patterns = [...missing].map(([module, pattern]) => `${pattern} in ${module}`);
      if (!error && missing.size > 0)
        this.error(`A package has changed, so this finds nothing: ${patterns.join(', ')}`);
    },
  };
}
