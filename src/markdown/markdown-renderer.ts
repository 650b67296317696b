/** See `createMarkdownRenderer`. */
export interface MarkdownRenderer {
  /** Adds text to the end of the document. What is on screen may follow a frame later. */
  append(text: string): void;
  /** Draws everything before it returns; the promise waits for lazy pieces. No `append` after it. */
  end(): Promise<void>;
  /** Empties the container and starts anew. */
  reset(): void;
}

export interface MarkdownOptions {
  /** Exact origins whose images are shown at once; all others are a labelled link. Default none. */
  readonly imageOrigins?: readonly string[];
  /** Adds a bar with the language and a copy button to each code block. Default false. */
  readonly codeActions?: boolean;
  /** Texts of what the renderer adds itself. */
  readonly labels?: Partial<MarkdownLabels>;
}

export interface MarkdownLabels {
  readonly copy: string;
  readonly copied: string;
  /** Names the scrollable box of a table. */
  readonly table: string;
  /** Names the scrollable box of a code block; `{language}` is replaced. */
  readonly code: string;
  /** Before the alternative text of an image that is not loaded. */
  readonly image: string;
}
