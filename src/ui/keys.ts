/**
 * Whether a key belongs to an input method that is composing a character. Safari ends the composition before the
 * key that ended it (WebKit bug 165004), and marks that key by the code 229 alone. Keyboards of Android compose each word
 * of any language, and their Send is an Enter of its own code in the middle of one.
 */
export function isComposing({isComposing, keyCode}: KeyboardEvent): boolean {
  return keyCode === 229 || (isComposing && !(keyCode === 13 && navigator.userAgent.includes('Android')));
}

/**
 * Keeps what is typed into a text box from the page's shortcuts. True if it is the chat's turn to leave something;
 * a key that an inner part already took is nobody's any more.
 */
export function isLeaving(event: KeyboardEvent): boolean {
  const {key} = event;
  const taken = event.defaultPrevented || isComposing(event);
  const leaves = !taken && (key === 'Escape' || key === 'Tab');
  if (!leaves && event.composedPath()[0] instanceof HTMLTextAreaElement) event.stopPropagation();
  return leaves && key === 'Escape';
}
