/** The browser's own `Event`: MooTools replaces the global of that name, and old polyfills that of `CustomEvent`. */
const NativeEvent: typeof Event = Object.getPrototypeOf(MessageEvent);

/** Bubbles out of the element's own shadow tree, and of those around it. */
export class ChatEvent extends NativeEvent {
  constructor(type: `chat-${string}`, fields?: object, init?: EventInit) {
    super(type, {bubbles: true, composed: true, ...init});
    Object.assign(this, fields);
  }
}
