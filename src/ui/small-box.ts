import {isComposing} from './keys.ts';

/** What a small text box does with keys: Enter sends what is in it, Escape leaves it. One that is held was for what had the focus before. */
export const keysOf =
  (done: (sends: boolean) => void) =>
  (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const sends = event.key === 'Enter' && !event.shiftKey && !event.altKey;
    if (!sends && event.key !== 'Escape') return;
    event.preventDefault();
    if (!event.repeat) done(sends);
  };
