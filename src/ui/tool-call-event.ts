import type {ToolCallPart} from '../protocol/message.ts';
import {ChatEvent} from './chat-event.ts';

/**
 * Before a tool of the page runs, and before a person is asked about it. `preventDefault()` denies the call; the model
 * is told so. Exported as a type only: the class is loaded with the first call.
 */
export class ChatToolCallEvent extends ChatEvent {
  declare readonly call: ToolCallPart;
  /** Whether a person is asked next. */
  declare readonly needsApproval: boolean;
  constructor(call: ToolCallPart, needsApproval: boolean) {
    super('chat-tool-call', {call, needsApproval}, {cancelable: true});
  }
}
