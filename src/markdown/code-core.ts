import hljs from 'highlight.js/lib/core';
import {type Scopes, TokenEmitter} from './code-tokens.ts';

let first: Scopes = [];

/** Sets the scopes that are open at the beginning of the next code. */
export function emitFrom(scopes: Scopes): void {
  first = scopes;
}

hljs.configure({
  // A class, since highlight.js calls `new`. Only the first emitter starts with open scopes; the next ones are for
  // embedded languages.
  __emitter: class extends TokenEmitter {
    constructor() {
      super(first);
      first = [];
    }
  },
});

export {hljs};
