/**
 * Whether a key belongs to an input method that is composing a character. Safari ends the composition before the
 * key that ended it (WebKit bug 165004), and marks that key by the code 229 alone.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
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

/** From message to message by the arrow keys; Escape in a message leads back. */
export function onTranscriptKeydown(event: KeyboardEvent, leave: () => void): void {
  const log = event.currentTarget as Element;
  const target = event.target as HTMLElement;
  const inMessage = target.matches('article');
  if (target !== log && !inMessage) return;
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const articles = [...log.querySelectorAll<HTMLElement>('article')];
  const index = articles.indexOf(target);
  const places: Readonly<Record<string, number>> = {
    ArrowUp: index > 0 ? index - 1 : index, // From the list itself to the last one.
    ArrowDown: index + 1,
    Home: 0,
    End: -1,
  };
  const next = articles.at(places[event.key] ?? articles.length);
  if (next) next.focus();
  else if (inMessage && event.key === 'Escape') leave();
  else return;
  event.preventDefault();
}
