/** Kinds of code, by colour. Code without a colour has none. */
export type CodeGroup =
  | 'addition'
  | 'attribute'
  | 'comment'
  | 'deletion'
  | 'keyword'
  | 'meta'
  | 'number'
  | 'string'
  | 'tag'
  | 'title'
  | 'type';

/** A stretch of code of one colour, in UTF-16 units. Tokens come in order and do not overlap. */
export interface CodeToken {
  readonly from: number;
  readonly to: number;
  readonly group: CodeGroup;
}

const SCOPES: Readonly<Record<CodeGroup, string>> = {
  addition: 'addition',
  attribute: 'attr attribute property variable template-variable selector-attr selector-pseudo',
  comment: 'comment quote',
  deletion: 'deletion',
  keyword: 'keyword doctag variable.language template-tag',
  meta: 'meta',
  number: 'number literal symbol bullet char.escape variable.constant',
  string: 'string regexp link',
  tag: 'name selector-tag',
  title: 'title section selector-class selector-id',
  type: 'type built_in class title.class',
};

const groups: ReadonlyMap<string, CodeGroup> = new Map(
  Object.entries(SCOPES).flatMap(([group, scopes]) =>
    scopes.split(' ').map((scope): [string, CodeGroup] => [scope, group as CodeGroup]),
  ),
);

/** The group of a scope, or of the nearest scope that it is a kind of: `title.class.inherited` is a `title.class`. */
function groupOf(scope: string): CodeGroup | undefined {
  const group = groups.get(scope);
  const end = scope.lastIndexOf('.');
  return group || end < 0 ? group : groupOf(scope.slice(0, end));
}

/** The groups of the open scopes, outermost first; `undefined` for a scope without a colour. */
export type Scopes = readonly (CodeGroup | undefined)[];

/**
 * Collects what highlight.js finds as tokens, in place of its tree of nodes from which it would make HTML.
 * A scope without a colour has none even inside one that has: what is in `${…}` is not a string.
 */
export class TokenEmitter {
  readonly tokens: CodeToken[] = [];
  /** All the text received. */
  text = '';
  #scopes: Scopes;

  /** `scopes` are open when the text begins. */
  constructor(scopes: Scopes = []) {
    this.#scopes = scopes;
  }

  get scopes(): Scopes {
    return this.#scopes;
  }

  addText(text: string): void {
    const from = this.text.length;
    const group = this.#scopes.at(-1);
    this.text += text;
    if (!group || !text) return;
    const last = this.tokens.at(-1);
    const joins = last?.group === group && last.to === from;
    if (joins) this.tokens.pop();
    this.tokens.push({from: joins ? last.from : from, to: this.text.length, group});
  }

  openNode(scope: string): void {
    this.#scopes = [...this.#scopes, groupOf(scope)];
  }

  closeNode(): void {
    this.#scopes = this.#scopes.slice(0, -1);
  }

  startScope(scope: string): void {
    this.openNode(scope);
  }

  endScope(): void {
    this.closeNode();
  }

  /** Text in an embedded language, such as CSS in HTML. */
  __addSublanguage({tokens, text}: TokenEmitter): void {
    const at = this.text.length;
    for (const {from, to, group} of tokens) this.tokens.push({from: at + from, to: at + to, group});
    this.text += text;
  }

  finalize(): void {}

  toHTML(): string {
    return '';
  }
}
