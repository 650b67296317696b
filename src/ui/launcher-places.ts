/** Where the launcher stands: one of six places along the sides of the window. From left to right `end` is the right one. */
export type Place = `${(typeof ROWS)[number]}-${'start' | 'end'}`;

const ROWS = ['top', 'middle', 'bottom'] as const;

/** Once around the window, from where the launcher stands by itself. */
export const places: readonly Place[] = [
  'bottom-end',
  'middle-end',
  'top-end',
  'top-start',
  'middle-start',
  'bottom-start',
];

/** The next one around the window. */
export function placeAfter(place: Place): Place {
  return places[(places.indexOf(place) + 1) % places.length]!;
}

/** Where an arrow key leads; undefined for another key. At an edge it is the same place. */
export function placeBeside(place: Place, key: string, isRtl: boolean): Place | undefined {
  const {row, isLeft} = sideOf(place, isRtl);
  const step = {ArrowUp: -1, ArrowDown: 1, ArrowLeft: 0, ArrowRight: 0}[key];
  if (step === undefined) return undefined;
  if (step === 0) return placeOf(row, key === 'ArrowLeft', isRtl);
  return placeOf(Math.min(Math.max(row + step, 0), ROWS.length - 1), isLeft, isRtl);
}

/** The one that is closest to a point, of which 0 is the left or upper edge of the window and 1 the other. */
export function placeNear(x: number, y: number, isRtl: boolean): Place {
  const row = Math.min(Math.max(Math.round(y * (ROWS.length - 1)), 0), ROWS.length - 1);
  return placeOf(row, x < 0.5, isRtl);
}

/** As it is seen: the row is 0 for the top one. */
export function sideOf(place: Place, isRtl: boolean): {readonly row: 0 | 1 | 2; readonly isLeft: boolean} {
  const [row, side] = place.split('-') as [(typeof ROWS)[number], 'start' | 'end'];
  return {row: ROWS.indexOf(row) as 0 | 1 | 2, isLeft: (side === 'start') !== isRtl};
}

function placeOf(row: number, isLeft: boolean, isRtl: boolean): Place {
  return `${ROWS[row]!}-${isLeft === isRtl ? 'end' : 'start'}`;
}
