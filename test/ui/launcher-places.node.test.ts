import assert from 'node:assert/strict';
import {test} from 'node:test';
import {placeAfter, placeBeside, placeNear, places, sideOf} from '../../src/ui/launcher-places.ts';

test('one place after another leads once around, to each of them', () => {
  const seen = [places[0]!];
  while (placeAfter(seen.at(-1)!) !== places[0]) seen.push(placeAfter(seen.at(-1)!));
  assert.deepEqual(seen, places);
  assert.equal(new Set(seen).size, 6);
});

test('an arrow leads where it points, from right to left too, and no further than the edge', () => {
  for (const isRtl of [false, true]) {
    for (const place of places) {
      const {row, isLeft} = sideOf(place, isRtl);
      const to = (key: string) => sideOf(placeBeside(place, key, isRtl)!, isRtl);
      assert.deepEqual(to('ArrowLeft'), {row, isLeft: true});
      assert.deepEqual(to('ArrowRight'), {row, isLeft: false});
      assert.deepEqual(to('ArrowUp'), {row: Math.max(row - 1, 0), isLeft});
      assert.deepEqual(to('ArrowDown'), {row: Math.min(row + 1, 2), isLeft});
      assert.equal(placeBeside(place, 'Enter', isRtl), undefined);
    }
  }
});

test('what is let go comes to the place that is closest to it, also from outside of the window', () => {
  for (const [x, y, ltr, rtl] of [
    [0.9, 0.9, 'bottom-end', 'bottom-start'],
    [0.1, 0.7, 'middle-start', 'middle-end'],
    [0.6, 0.2, 'top-end', 'top-start'],
    [-1, -1, 'top-start', 'top-end'],
    [2, 2, 'bottom-end', 'bottom-start'],
  ] as const) {
    assert.equal(placeNear(x, y, false), ltr);
    assert.equal(placeNear(x, y, true), rtl);
  }
});
