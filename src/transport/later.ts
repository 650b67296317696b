/** What few answers need, loaded when one does. Fields, so that a test can have it there from the start. */
export const later = {
  seldom: () => import('./seldom.ts'),
};
