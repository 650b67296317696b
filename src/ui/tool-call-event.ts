import type {ToolCallPart} from '../protocol/message.ts';
import {ChatEvent} from './chat-event.ts';

/**
 * Before a tool of the page is run, and before anybody is asked for it. `preventDefault()` denies the call; the model is
 * told so. A type alone: the class is loaded with the first call.
 */
export class ChatToolCallEvent extends ChatEvent {
  declare readonly call: ToolCallPart;
  /** A person is asked next. */
  declare readonly needsApproval: boolean;
  constructor(call: ToolCallPart, needsApproval: boolean) {
    super('chat-tool-call', {call, needsApproval}, {cancelable: true});
  }
}
