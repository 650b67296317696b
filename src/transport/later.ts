/** Loads what few answers need. A property, so that tests can preload it. */
export const later = {
  seldom: () => import('./seldom.ts'),
};
