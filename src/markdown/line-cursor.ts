/**
 * A place in one line, in columns: tabs stop at every fourth column, and part of a tab may belong to a container and
 * the rest, as spaces, to its content.
 */
export class LineCursor {
  /** What is left of the line; its spaces and tabs here in columns; what follows these. */
  text = '';
  indent = 0;
  rest = '';
  #column = 0;

  reset(text: string): void {
    this.#column = 0;
    this.#look(text);
  }

  #look(text: string): void {
    this.text = text;
    let column = this.#column;
    let i = 0;
    for (; text[i] === ' ' || text[i] === '\t'; i++) column += text[i] === ' ' ? 1 : 4 - (column % 4);
    this.indent = column - this.#column;
    this.rest = text.slice(i);
  }

  /** Goes past the spaces, and `width` characters of a marker. */
  toContent(width = 0): void {
    this.#column += this.indent + width;
    this.#look(this.rest.slice(width));
  }

  /** Skips up to `count` columns of spaces and tabs. */
  skip(count: number): void {
    let {text} = this;
    for (let left = Math.min(count, this.indent); left > 0; left--) {
      if (text[0] === '\t') text = ' '.repeat(4 - (this.#column % 4)) + text.slice(1);
      text = text.slice(1);
      this.#column++;
    }
    this.#look(text);
  }
}
