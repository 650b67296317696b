import type {Composer} from './composer.ts';
import type {ConversationController} from './conversation-controller.ts';
import type {MessageActions, MessageTool} from './message-view.ts';
import type {Narrator} from './narrator.ts';
import type {Session} from './session.ts';
import type {SseChat} from './sse-chat.ts';
import type {StickToEnd} from './stick-to-end.ts';
import type {ChatStrings} from './strings.ts';

/** A chat from inside, for its parts that are loaded later. */
export interface ChatInside extends MessageActions {
  readonly element: SseChat;
  readonly session: Session;
  readonly controller: ConversationController;
  readonly composer: Composer;
  readonly narrator: Narrator;
  readonly stick: StickToEnd | undefined;
  readonly strings: ChatStrings;
  /** Whether it is open, and nothing of the page is seen. */
  readonly covers: boolean;
  /** Puts the focus into the text box, or for a finger into the panel: a keyboard would cover what there is to read. */
  enter(): void;
  /** Draws something among the small buttons of every message from now on. Asked again, it is drawn anew. */
  addTool(tool: MessageTool): void;
}
