import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';
import {describe, it} from 'node:test';

const folder = join(import.meta.dirname, '../../src');
const code = readdirSync(folder, {recursive: true, encoding: 'utf8'})
  .filter(name => name.endsWith('.ts'))
  .map(name => readFileSync(join(folder, name), 'utf8'))
  .join('\n');
const found = (pattern: RegExp) => new Set([...code.matchAll(pattern)].map(([, name = '']) => name));

describe('the custom properties of the style sheets', () => {
  it('that are read without a fallback are set, also where another sheet reads them', () => {
    const read = found(/var\((--_[a-z]+)\)/g);
    const set = found(/(--_[a-z]+)(?:: ?|', )/g);
    assert.ok(read.size > 10);
    assert.deepEqual(
      [...read].filter(name => !set.has(name)),
      [],
    );
  });

  it('that a page may set are documented, and the other way round', () => {
    const documented = found(/@cssproperty \[(--sse-chat-[a-z-]+)/g);
    const used = found(/var\(\s*(--sse-chat-[a-z-]+)/g);
    const ofCode = [...documented].filter(name => name.startsWith('--sse-chat-code-')); // Named by what is coloured.
    assert.deepEqual([...new Set([...used, ...ofCode])].sort(), [...documented].sort());
  });
});
