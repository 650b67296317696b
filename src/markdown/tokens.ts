import type {RunToken} from './delimiters.ts';

/** Its text follows, then an `end`. Without `url`, it is unfinished and is drawn without a target. */
export interface LinkToken {
  readonly t: 'link';
  readonly url: string | undefined;
  readonly title: string;
  /** The text of the link, to compare with its target. */
  readonly label: string;
}

export interface ImageToken {
  readonly t: 'image';
  readonly s: string;
  readonly url: string;
  readonly title: string;
}

/** A flat list of tokens; ends match their starts by order alone, so that it can be drawn in one pass. */
export type Token =
  | {readonly t: 'text' | 'code' | 'br'; readonly s: string}
  /** What the tokens before `safe` draw is final. */
  | {readonly t: 'end' | 'safe'}
  | RunToken
  | LinkToken
  | ImageToken;

/** The text of the tokens, without marks. */
export const plainText = (tokens: readonly Token[]): string =>
  tokens.map(token => (token.t === 'run' ? token.ch.repeat(token.n) : 's' in token ? token.s : '')).join('');
