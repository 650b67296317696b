/**
 * Whether a key belongs to an input method that is composing a character. Safari ends the composition before the
 * key that ended it (WebKit bug 165004), and marks that key by the code 229 alone.
 */
export function isComposing(event: KeyboardEvent): boolean {
  return event.isComposing || event.keyCode === 229;
}

/**
 * Keeps what is typed into a text box from the page's shortcuts. Says whether it is the chat's turn to leave
 * something; a key that an inner part already took is nobody's any more.
 */
export function onRootKeydown(event: KeyboardEvent): 'escape' | undefined {
  const [target] = event.composedPath();
  const leaving = event.key === 'Escape' || event.key === 'Tab';
  if (target instanceof HTMLTextAreaElement && (!leaving || event.defaultPrevented || isComposing(event))) {
    event.stopPropagation();
  }
  return event.key === 'Escape' && !event.defaultPrevented && !isComposing(event) ? 'escape' : undefined;
}

/** From message to message by the arrow keys; Escape in a message leads back. */
export function onTranscriptKeydown(event: KeyboardEvent, leave: () => void): void {
  const log = event.currentTarget;
  const target = event.target;
  if (!(log instanceof HTMLElement && target instanceof HTMLElement)) return;
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const inMessage = target.matches('article');
  if (target !== log && !inMessage) return;
  if (inMessage && event.key === 'Escape') {
    event.preventDefault();
    leave();
    return;
  }
  const articles = [...log.querySelectorAll<HTMLElement>('article')];
  const index = articles.indexOf(target);
  const places: Readonly<Record<string, number>> = {
    ArrowUp: inMessage ? Math.max(0, index - 1) : -1,
    ArrowDown: index + 1,
    Home: 0,
    End: -1,
  };
  const next = articles.at(places[event.key] ?? articles.length);
  if (!next) return;
  event.preventDefault();
  next.focus();
}
