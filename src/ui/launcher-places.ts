/** One of six places for the launcher along the sides of the window. In left-to-right text, `end` is the right side. */
export type Place = `${(typeof ROWS)[number]}-${'start' | 'end'}`;

const ROWS = ['top', 'middle', 'bottom'] as const;

/** Once around the window, from the default place. */
export const places: readonly Place[] = [
  'bottom-end',
  'middle-end',
  'top-end',
  'top-start',
  'middle-start',
  'bottom-start',
];

/** The next place around the window. */
export function placeAfter(place: Place): Place {
  return places[(places.indexOf(place) + 1) % places.length]!;
}

/** Where an arrow key leads, at an edge to the same place; `undefined` for other keys. */
export function placeBeside(place: Place, key: string, isRtl: boolean): Place | undefined {
  const {row, isLeft} = sideOf(place, isRtl);
  const step = {ArrowUp: -1, ArrowDown: 1, ArrowLeft: 0, ArrowRight: 0}[key];
  if (step === undefined) return undefined;
  if (step === 0) return placeOf(row, key === 'ArrowLeft', isRtl);
  return placeOf(Math.min(Math.max(row + step, 0), ROWS.length - 1), isLeft, isRtl);
}

/** The place closest to a point; 0 is the left or top edge of the window, 1 the opposite one. */
export function placeNear(x: number, y: number, isRtl: boolean): Place {
  const row = Math.min(Math.max(Math.round(y * (ROWS.length - 1)), 0), ROWS.length - 1);
  return placeOf(row, x < 0.5, isRtl);
}

/** Where the place is on screen; row 0 is the top one. */
export function sideOf(place: Place, isRtl: boolean): {readonly row: 0 | 1 | 2; readonly isLeft: boolean} {
  const [row, side] = place.split('-') as [(typeof ROWS)[number], 'start' | 'end'];
  return {row: ROWS.indexOf(row) as 0 | 1 | 2, isLeft: (side === 'start') !== isRtl};
}

function placeOf(row: number, isLeft: boolean, isRtl: boolean): Place {
  return `${ROWS[row]!}-${isLeft === isRtl ? 'end' : 'start'}`;
}
