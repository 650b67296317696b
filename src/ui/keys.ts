/**
 * Whether a key belongs to an input method that is composing a character. Safari ends the composition before the
 * key that ended it (WebKit bug 165004), and marks that key only by the code 229. Keyboards of Android compose every
 * word in any language, and their Send key is an Enter with its own code in the middle of a composition.
 */
export function isComposing({isComposing, keyCode}: KeyboardEvent): boolean {
  return keyCode === 229 || (isComposing && !(keyCode === 13 && navigator.userAgent.includes('Android')));
}

/**
 * Keeps typing in a text box from triggering the page's shortcuts. Returns true for an Escape that the chat should act
 * on: not for one that an inner part has handled.
 */
export function isLeaving(event: KeyboardEvent): boolean {
  const {key} = event;
  const taken = event.defaultPrevented || isComposing(event);
  const leaves = !taken && (key === 'Escape' || key === 'Tab');
  if (!leaves && event.composedPath()[0] instanceof HTMLTextAreaElement) event.stopPropagation();
  return leaves && key === 'Escape';
}
