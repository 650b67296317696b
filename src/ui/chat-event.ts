/** The browser's own `Event`: on a page with MooTools, the global of that name is something else. */
const NativeEvent: typeof Event = Object.getPrototypeOf(CustomEvent);

/** Bubbles out of the element's own shadow tree, and of those around it. */
export class ChatEvent extends NativeEvent {
  constructor(type: `chat-${string}`, fields?: object, init?: EventInit) {
    super(type, {bubbles: true, composed: true, ...init});
    Object.assign(this, fields);
  }
}
