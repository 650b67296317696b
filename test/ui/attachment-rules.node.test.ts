import assert from 'node:assert/strict';
import {beforeEach, describe, it} from 'node:test';
import {type DraftFile, keepFiles, recallFiles} from '../../src/ui/attachment-drafts.ts';
import {accepts, fitWithin, formatSize, rulesOf} from '../../src/ui/attachment-rules.ts';

describe('what a chat takes', () => {
  const settings = {
    attachments: undefined,
    maxAttachments: null,
    maxAttachmentSize: null,
    maxImageSide: null,
  };

  it('is nothing until the page says so', () => {
    for (const attachments of [undefined, null, false]) {
      assert.equal(rulesOf({...settings, attachments}), undefined);
    }
  });

  it('is anything where the attribute has no value, ten files of 10 MB, as they are', () => {
    const rules = {types: '', count: 10, size: 10_000_000, side: 0};
    for (const attachments of ['', true]) assert.deepEqual(rulesOf({...settings, attachments}), rules);
  });

  it('is what the page says', () => {
    assert.deepEqual(
      rulesOf({attachments: '.pdf', maxAttachments: 1, maxAttachmentSize: 5, maxImageSide: 100}),
      {types: '.pdf', count: 1, size: 5, side: 100},
    );
  });

  const file = (name: string, type: string) => ({name, type});
  for (const [types, taken, refused] of [
    ['', file('a.exe', ''), undefined],
    [' , ', file('a.exe', ''), undefined],
    ['*', file('a', ''), undefined],
    ['.pdf', file('A.PDF', ''), file('pdf', 'application/pdf')],
    ['image/*', file('a', 'image/png'), file('a.png', 'imagery/png')],
    ['IMAGE/PNG', file('a', 'image/png'), file('a', 'image/jpeg')],
    ['image/*, .md', file('a.md', 'text/markdown'), file('a.txt', 'text/plain')],
  ] as const) {
    it(`goes by types as a file input does: "${types}"`, () => {
      assert.ok(accepts(types, taken));
      assert.ok(!refused || !accepts(types, refused));
    });
  }
});

it('an image keeps its shape, has its longer side at most so long, and never grows', () => {
  assert.deepEqual(fitWithin(4000, 3000, 1000), {width: 1000, height: 750});
  assert.deepEqual(fitWithin(300, 4000, 1000), {width: 75, height: 1000});
  assert.deepEqual(fitWithin(40, 30, 1000), {width: 40, height: 30});
  assert.deepEqual(fitWithin(10_000, 1, 100), {width: 100, height: 1});
});

it('a size is said in the unit that fits, in the language', () => {
  const said = (bytes: number, lang = 'en') => formatSize(bytes, lang).replaceAll('\u00a0', ' ');
  assert.deepEqual(
    [1, 999, 1_000, 999_499, 999_500, 1_250_000, 10_000_000].map(bytes => said(bytes)),
    ['1 byte', '999 bytes', '1 kB', '999 kB', '1 MB', '1.3 MB', '10 MB'],
  );
  assert.equal(said(1_250_000, 'de'), '1,3 MB');
});

describe('the files of a draft', () => {
  let store: Record<string, string>;
  /** Of the whole store, in UTF-16 units. */
  let quota: number;
  beforeEach(() => {
    store = {};
    quota = 5_000_000;
    Object.defineProperty(globalThis, 'sessionStorage', {
      configurable: true,
      value: new Proxy(store, {
        set(target, key: string, value: string) {
          const size = Object.values({...target, [key]: value}).join('').length;
          if (size > quota) throw new DOMException('Full.', 'QuotaExceededError');
          target[key] = value;
          return true;
        },
      }),
    });
  });

  const draft = (name: string, length: number): DraftFile => ({
    name,
    attachment: {url: `data:text/plain,${'x'.repeat(length)}`, mediaType: 'text/plain', name},
    isPasted: false,
    isSent: false,
  });

  it('are kept by conversation', () => {
    const files = [draft('a', 5), draft('b', 6)];
    keepFiles('1', files);
    assert.deepEqual(recallFiles('1', []), {files, lost: []});
    assert.deepEqual(recallFiles('2', []), {files: [], lost: []});
    keepFiles('1', []);
    assert.deepEqual(store, {});
  });

  it('are kept as far as there is room, and of the others the name', () => {
    keepFiles('1', [draft('small', 10), draft('large', 2_000_000)]);
    assert.deepEqual(recallFiles('1', []), {files: [draft('small', 10)], lost: ['large']});
  });

  it('leave their names where the page has filled what a tab remembers', () => {
    keepFiles('1', [draft('before', 10)]);
    quota = 300;
    keepFiles('1', [draft('before', 10), draft('after', 400)]);
    assert.deepEqual(recallFiles('1', []), {files: [], lost: ['before', 'after']});
  });

  it('that were sent have what room is left, come first, and are no draft if they were said', () => {
    const sent = (name: string, length: number) => ({...draft(name, length), isSent: true});
    const files = [draft('next', 1_000_000), sent('first', 10), sent('large', 1_500_000)];
    keepFiles('1', files);
    assert.deepEqual(recallFiles('1', []), {files: [files[1], files[0]], lost: ['large']});
    const said = files.map(({attachment}) => attachment);
    assert.deepEqual(recallFiles('1', said), {files: [files[0]], lost: []});
    assert.deepEqual(recallFiles('1', [draft('first', 11).attachment]).files, [files[1], files[0]]);
  });

  it('are nothing where something else stands in their place', () => {
    for (const strange of ['', '{', '{}', '1', '[1,null,{"name":1},[]]']) {
      store['sse-chat:files:1'] = strange;
      assert.deepEqual(recallFiles('1', []), {files: [], lost: []});
    }
    store['sse-chat:files:1'] = JSON.stringify([{name: 'x', attachment: {url: 'https://a.example/x'}}]);
    assert.deepEqual(recallFiles('1', []), {files: [], lost: ['x']});
  });
});
