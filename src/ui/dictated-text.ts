/** What is in the text box, and where its caret is then. */
interface Written {
  readonly value: string;
  readonly caret: number;
}

/** Puts what is heard between what was written, and leaves that alone. */
export interface DictatedText {
  /**
   * `heard` are all results so far, the last of which may still become others; `value` and `caret` are those of the box
   * now. What somebody wrote meanwhile is theirs: what stands there stays, and what is new comes where their caret is.
   */
  hear(heard: readonly string[], value: string, caret: number): Written;
}

/** From `start` to `end` is what was selected, in whose place it comes. */
export function dictatedText(value: string, start: number, end: number): DictatedText {
  let before = value.slice(0, start);
  let after = value.slice(end);
  let written = value;
  /** Results before this one stand in `before`. */
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

/** With a space between words, in a language that has spaces. */
function joined(head: string, tail: string): string {
  const isApart =
    !head ||
    !tail ||
    /[\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\u3000-\u303f\uff00-\uffef]$/u.test(head) ||
    /^[\s\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Thai}\u3000-\u303f\uff00-\uffef.,;:!?)\]…]/u.test(tail);
  return isApart ? head + tail : `${head} ${tail}`;
}
