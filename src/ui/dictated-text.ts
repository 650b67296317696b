/** The content of the text box, and the position of its caret. */
interface Written {
  readonly value: string;
  readonly caret: number;
}

/** Inserts what is heard into what was written, and leaves that alone. */
export interface DictatedText {
  /**
   * `heard` are all results so far, the last of which may still change; `value` and `caret` are those of the box now.
   * If the user has typed meanwhile, the text stays as it is, and new results go to the caret.
   */
  hear(heard: readonly string[], value: string, caret: number): Written;
}

/** The selection, from `start` to `end`, is replaced by what is heard. */
export function dictatedText(value: string, start: number, end: number): DictatedText {
  let before = value.slice(0, start);
  let after = value.slice(end);
  let written = value;
  /** Results before this one are part of `before`. */
  let from = 0;
  let seen = 0;

  return {
    hear(heard, value, caret) {
      if (value !== written) {
        before = value.slice(0, caret);
        after = value.slice(caret);
        from = seen;
      }
      seen = heard.length;
      const text = heard
        .slice(from)
        .map(each => each.trim())
        .reduce(joined, '');
      if (!text) return {value, caret};
      const head = joined(before, text);
      written = joined(head, after);
      return {value: written, caret: head.length};
    },
  };
}

/** With a space between them, in scripts that put spaces between words. */
function joined(head: string, tail: string): string {
  const isApart =
    !head ||
    !tail ||
    /[\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\u3000-\u303f\uff00-\uffef]$/u.test(head) ||
    /^[\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\u3000-\u303f\uff00-\uffef.,;:!?)\]…]/u.test(tail);
  return isApart ? head + tail : `${head} ${tail}`;
}
