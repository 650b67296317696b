/** Bubbles out of the element's own shadow tree and of those around it. */
export class ChatEvent extends Event {
  constructor(type: `chat-${string}`, fields?: object, init?: EventInit) {
    super(type, {bubbles: true, composed: true, ...init});
    Object.assign(this, fields);
  }
}
