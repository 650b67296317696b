import type {Difference, Rival} from './page.ts';

/** Why another parser differs from ours, recognised by the smallest text that does, with what the specification says. */
export interface Cause {
  readonly rivals: readonly Rival[];
  readonly pattern: RegExp;
  readonly why: string;
}

const MICROMARK: readonly Rival[] = ['micromark'];
const MARKDOWN_IT: readonly Rival[] = ['markdown-it'];
const BOTH: readonly Rival[] = [...MICROMARK, ...MARKDOWN_IT];

/** The first match counts. */
export const causes: readonly Cause[] = [
  {
    rivals: BOTH,
    pattern: /<br(?: ?\/)?>/i,
    why: 'Raw HTML is text in both trees that are compared, but for this tag, which breaks a line in ours on purpose.',
  },
  {
    rivals: BOTH,
    pattern: /[\u2e80-\ud7ff\uff00-\uff20][*~]|[*~][\u2e80-\ud7ff\uff00-\uff20]/,
    why: 'CommonMark 6.2 wants a space or punctuation there. Ours on purpose, as in commonmark-spec#839: Chinese, Japanese and Korean have no spaces.',
  },
  {
    rivals: MICROMARK,
    pattern: /\[.*(?:(?:ht|f)tps?:\/\/|@|www\.)/s,
    why: 'It has no bare address behind a bracket that does not close. GFM 6.9: "recognised within any text node". Ours on purpose where the bracket stands right before http, so that [https://…] can be followed.',
  },
  {
    rivals: MICROMARK,
    pattern: /www\.(?![\p{L}\p{N}_-])/u,
    why: 'GFM 6.9: "when the text www. is found followed by a valid domain", which needs a character.',
  },
  {
    rivals: MICROMARK,
    pattern: /ftp:\/\//,
    why: 'GFM 6.9: "one of the schemes http://, https://, or ftp://".',
  },
  {
    rivals: MICROMARK,
    pattern: /[\p{L}\p{N}]https?:\/\//u,
    why: 'GFM 6.9: "can only come at the beginning of a line, after whitespace, or any of the delimiting characters".',
  },
  {
    rivals: MICROMARK,
    pattern: /https?:\/\/[^\s]*_/,
    why: 'GFM 6.9: "no underscores may be present in the last two segments of the domain".',
  },
  {
    rivals: MICROMARK,
    pattern: /(?:https?:\/\/|www\.)/,
    why: 'GFM 6.9: "a valid domain", of "alphanumeric characters, underscores (_) and hyphens (-)", "followed by zero or more non-space non-< characters".',
  },
  {
    rivals: MICROMARK,
    pattern: /@/,
    why: 'GFM 6.9: an address is "one or more characters which are alphanumeric, or ., -, _, or +", "an @ symbol" and alphanumeric characters, "-" or "_" "separated by periods", of which the last "must not be one of either - or _"; what stands before it does not count.',
  },
  {
    rivals: BOTH,
    pattern: /`.*\n[ \t]+.*`/s,
    why: 'CommonMark 4.8: "Leading spaces or tabs are skipped", in a code span too: its lines are lines of the paragraph.',
  },
  {
    rivals: MICROMARK,
    pattern: /(?:```|~~~)[^`~]*\n[\s>]*$/,
    why: 'CommonMark 4.5: "The content of the code block consists of all subsequent lines": a blank line at the end of the document is one line.',
  },
  {
    rivals: MICROMARK,
    pattern: /\[o\]:\S*\n(?:```|~~~|<)/,
    why: 'CommonMark 4.5 and 4.6: the lines after a definition are kept as they are.',
  },
  {
    rivals: MICROMARK,
    pattern: /\n *(?:> ?|[-+*] |\d+[.)] )*(?:[-+*]|\d+[.)])(?:\s|$)/,
    why: 'CommonMark 5.3: only "when the first list item in a list interrupts a paragraph" must it not be empty and begin with 1; 01 is 1, and in a new container there is no paragraph.',
  },
  {
    rivals: MICROMARK,
    pattern: /\*~|~\*|_~|~_/,
    why: 'CommonMark 2.1: "A Unicode punctuation character is a character in the Unicode P (punctuation) or S (symbol) general categories": ~ is one for * and _.',
  },
  {
    rivals: MICROMARK,
    pattern: /[*_]/,
    why: 'CommonMark 6.2, rule 9: "the sum of the lengths of the delimiter runs containing the opening and closing delimiters must not be a multiple of 3": of the runs as they are written.',
  },
  {
    rivals: MICROMARK,
    pattern: / {2,}\n/,
    why: 'CommonMark 6.7: "A line ending … preceded by two or more spaces … is parsed as a hard line break", also after a tab and before a lazy line.',
  },
  {
    rivals: MICROMARK,
    pattern: /\n<[a-z/]/,
    why: 'CommonMark 4.6: "HTML blocks of type 7 cannot interrupt a paragraph", nor can they where the line is a lazy one.',
  },
  {
    rivals: MICROMARK,
    pattern: /^[>*+-].*\n+(?: {4}|\t).*\n(?: {4}|\t)/,
    why: 'CommonMark 4.4: "An indented code block is composed of one or more indented chunks separated by blank lines".',
  },
  {
    rivals: MICROMARK,
    pattern: /^(?: {4}|\t).*\n+[ \t]+(?![\s\S])/m,
    why: 'CommonMark 4.4: "Blank lines preceding or following an indented code block are not included in it".',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /(?:```|~~~).*\u00a0/,
    why: 'CommonMark 4.5: the info string is "trimmed of leading and trailing spaces or tabs", not of others.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\|.*\n>?--|^\S\|\n--/,
    why: 'CommonMark 4.3: a line of hyphens under a paragraph is its underline; a table comes after what CommonMark has.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /(?:<(?:!--|script|style|pre|[?!])?|```|~~~).*\n\n/,
    why: 'CommonMark 5.3: a list is loose when its "constituent list items are separated by blank lines"; one in raw HTML or code that is open separates none.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /^(?:[-*+]|\d+[.)])\n\n+(?:[-*+]|\d+[.)])/,
    why: 'CommonMark 5.2: "A list item can begin with at most one blank line", after which its list goes on all the same.',
  },
  {
    rivals: MICROMARK,
    pattern: /\[o\]:\s?\S*\n\(|\]\(\S*\s\(.*\(/,
    why: 'CommonMark 6.3: a title has "a ( or ) character only if it is backslash-escaped".',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\|\n.*-.*\n\u00a0/,
    why: 'CommonMark 2.1: a blank line has "no characters, or … only spaces or tabs": a space that does not break is a row.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /~/,
    why: 'GFM 6.5: "one or two tildes"; "Three or more tildes do not create a strikethrough".',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\[[^\]]+\]:\s?\S*\n/,
    why: 'CommonMark 4.7 and 5.1: a definition is a paragraph until that ends, so an indented or a lazy line goes on with it, and a lone - or = does not underline it.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /^\s*\|[ \t]*\n/m,
    why: 'GFM 4.10: a row is "cells … separated by pipes (|)", with "a leading and trailing pipe"; a pipe alone is a leading one and has no cell.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\n[\s>]*(?:\||-\||:-|-+:)/,
    why: 'GFM 4.10: "The delimiter row consists of cells whose only content are hyphens (-), and optionally, a leading or trailing colon (:)"; one cell is enough, and a list item is begun before a table.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\n(?: {4}|\t)/,
    why: 'CommonMark 4.4 and 5.1: "An indented code block cannot interrupt a paragraph", also by a lazy line; and with four spaces > is no marker.',
  },
  {
    rivals: BOTH,
    pattern: /\n(?: {4}|\t).*\n.*-/,
    why: 'CommonMark 4.8: "Leading spaces or tabs are skipped" in a paragraph, whose last line may be the header of a table (GFM 4.10).',
  },
  {
    rivals: BOTH,
    pattern: /&#/,
    why: 'CommonMark 2.5: "Invalid Unicode code points will be replaced by the REPLACEMENT CHARACTER"; a control character is a valid one.',
  },
  {
    rivals: MICROMARK,
    pattern: /\]\[(?![^[\]]*\])/,
    why: 'CommonMark 6.3: a shortcut reference "is not followed by [] or a link label", and a bracket that does not close is neither.',
  },
  {
    rivals: MICROMARK,
    pattern: /!\[(?:\[[^\]]*\]|[^\]])*\t\n/,
    why: 'CommonMark 6.8: "Spaces at the end of the line and beginning of the next line are removed"; a tab is none.',
  },
  {
    rivals: BOTH,
    pattern: /<[^>]*@/,
    why: 'CommonMark 6.3: "Renderers may make different decisions about how to escape or normalize URLs in the output."',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /<[a-z]+[^\S \t\n]/,
    why: 'CommonMark 6.6: in a tag stand "spaces, tabs, and up to one line ending", and no other white space.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: />[^\S \t\n]+(?:\n|$)/,
    why: 'CommonMark 4.6: a tag that begins a block is "followed by zero or more spaces and tabs, followed by the end of the line", and by no other white space.',
  },
  {
    rivals: MICROMARK,
    pattern: /<[a-z]+\s[^>]*=[^>]*\//,
    why: 'CommonMark 6.6: "An unquoted attribute value is a nonempty string of characters not including" white space, quotes, =, <, > and `; a / may be in it.',
  },
  {
    rivals: MICROMARK,
    pattern: /(?:[-+*]|\d[.)])\s*\n\s+\[[ x]\]/,
    why: 'GFM 5.3: "a list item where the first block in it is a paragraph which begins with a task list item marker", on whichever line.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /!\[!\[[^\]]*&/,
    why: 'CommonMark 6.4: an image description has inlines, and of a picture in it "only the plain string content is rendered", entities and all.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\]\([^\S \t\n]/,
    why: 'CommonMark 6.3: a destination "does not include ASCII control characters or space character", but may have other white space.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\\\t/,
    why: 'CommonMark 2.4 and 6.3: a tab cannot be escaped, so it ends a destination.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\]\([^)]*\[/,
    why: 'CommonMark 6.3: in a full reference link the label "immediately" follows the text; what was tried for a destination does not lie between them.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: />(?:```|~~~).*\n[ ]{0,3}>\t/,
    why: 'CommonMark 5.1 and 2.2: the marker takes one space of a tab behind it, whose other two columns are content of the code.',
  },
  {
    rivals: MICROMARK,
    pattern: /!\[[^\]]*<[^>]*\n[ \t]+/,
    why: 'CommonMark 4.8: "Leading spaces or tabs are skipped", in a tag in the description of an image too.',
  },
  {
    rivals: MICROMARK,
    pattern: /<[^>]*=[^\s"'=>]+=/,
    why: 'CommonMark 6.6: an unquoted attribute value is of "characters not including spaces, tabs, line endings, ", \', =, <, >, or `".',
  },
  {
    rivals: MICROMARK,
    pattern: /[-+*.)][ \t]*\n\[[ xX]\]/,
    why: 'GFM 5.3: "A task list item is a list item where the first block in it is a paragraph which begins with a task list item marker"; a paragraph behind the list is in none.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /[*_~]\]/,
    why: 'CommonMark 6.2: "the beginning and the end of the line count as Unicode whitespace", the end of the text of a link does not: a bracket follows, which is punctuation.',
  },
  {
    rivals: MICROMARK,
    pattern: /(?:\]:[\s\S]*\n[ \t]*|^ {4}[^\n]*\n[ \t]+)\n {4}/m,
    why: 'CommonMark 4.4: "The contents of the code block are the literal contents of the lines, including trailing line endings", also behind a definition and where one line ends by a carriage return.',
  },
  {
    rivals: MARKDOWN_IT,
    pattern: /\[[^\]]*\n[*+-][ \t]*\n[^\]]*\]:/,
    why: 'CommonMark 5.3: an item interrupts a paragraph only when it is not empty, so that the marker is text, of a label too.',
  },
];

/** If both others differ from ours and agree with each other, only a cause known for both counts. */
export const causeOf = ({rival, isAlone, text}: Difference): Cause | undefined =>
  causes.find(
    ({rivals, pattern}) =>
      (isAlone ? rivals.includes(rival) : rivals === BOTH) && pattern.test(text.replace(/\r\n?/g, '\n')),
  );
