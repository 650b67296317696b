import {isComposing} from './keys.ts';

/**
 * The keys of a small text box: Enter sends its content, Escape leaves it. A held key was meant for what had the focus
 * before.
 */
export const keysOf =
  (done: (sends: boolean) => void) =>
  (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const sends = event.key === 'Enter' && !event.shiftKey && !event.altKey;
    if (!sends && event.key !== 'Escape') return;
    event.preventDefault();
    if (!event.repeat) done(sends);
  };
