/**
 * A place in one line, in characters and in columns: tabs stop at every fourth column, and part of a tab
 * may belong to a container and the rest to its content.
 */
export class LineCursor {
  line = '';
  offset = 0;
  column = 0;
  /** Of the first character that is no space or tab; set by `look`. */
  nextOffset = 0;
  indent = 0;
  blank = false;
  #partialTab = false;

  reset(line: string): void {
    this.line = line;
    this.offset = this.column = 0;
    this.#partialTab = false;
  }

  get indented(): boolean {
    return this.indent >= 4;
  }

  /** What follows the spaces. */
  get rest(): string {
    return this.line.slice(this.nextOffset);
  }

  look(): void {
    let i = this.offset;
    let column = this.column;
    for (; ; i++) {
      const c = this.line.charCodeAt(i);
      if (c === 32) column++;
      else if (c === 9) column += 4 - (column % 4);
      else break;
    }
    this.blank = i >= this.line.length;
    this.nextOffset = i;
    this.indent = column - this.column;
  }

  /** Goes past the spaces that `look` saw, and `width` characters of a marker. */
  toContent(width = 0): void {
    this.offset = this.nextOffset + width;
    this.column += this.indent + width;
    this.indent = 0;
    this.#partialTab = false;
  }

  advanceColumns(count: number): void {
    for (let left = count; left > 0 && this.offset < this.line.length; ) {
      if (this.line[this.offset] === '\t') {
        const width = 4 - (this.column % 4);
        this.#partialTab = width > left;
        const taken = Math.min(width, left);
        this.column += taken;
        if (!this.#partialTab) this.offset++;
        left -= taken;
      } else {
        this.#partialTab = false;
        this.offset++;
        this.column++;
        left--;
      }
    }
  }

  /** Skips one space, or one column of a tab. */
  skipSpace(): void {
    if (this.atSpace()) this.advanceColumns(1);
  }

  atSpace(): boolean {
    const c = this.line[this.offset];
    return c === ' ' || c === '\t';
  }

  /** The rest of the line, with what is left of a tab as spaces. */
  remainder(): string {
    if (!this.#partialTab) return this.line.slice(this.offset);
    return ' '.repeat(4 - (this.column % 4)) + this.line.slice(this.offset + 1);
  }
}
