import hljs from 'highlight.js/lib/core';
import {type Scopes, TokenEmitter} from './code-tokens.ts';

let first: Scopes = [];

/** Scopes that are open where the next code begins. */
export function emitFrom(scopes: Scopes): void {
  first = scopes;
}

hljs.configure({
  // A class, since highlight.js calls it by `new`. Those after the first are for inner languages, and begin with nothing.
  __emitter: class extends TokenEmitter {
    constructor() {
      super(first);
      first = [];
    }
  },
});

export {hljs};
