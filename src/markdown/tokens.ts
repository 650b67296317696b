import type {RunToken} from './delimiters.ts';

/** A link's text follows, then its end. Without `url` it is not finished yet: it is drawn without a target. */
export interface LinkToken {
  readonly t: 'link';
  readonly url: string | undefined;
  readonly title: string;
  /** The text up to its end, for comparing with where it leads. */
  readonly label: string;
}

export interface ImageToken {
  readonly t: 'image';
  readonly s: string;
  readonly url: string;
  readonly title: string;
}

/** One line of tokens; ends match their starts by order alone, so that it can be drawn in one pass. */
export type Token =
  | {readonly t: 'text' | 'code' | 'br'; readonly s: string}
  /** What the tokens before `safe` draw stays. */
  | {readonly t: 'end' | 'safe'}
  | RunToken
  | LinkToken
  | ImageToken;

/** The text of tokens without what marks it. */
export const plainText = (tokens: readonly Token[]): string =>
  tokens.map(token => (token.t === 'run' ? token.ch.repeat(token.n) : 's' in token ? token.s : '')).join('');
