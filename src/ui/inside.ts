import type {Composer} from './composer.ts';
import type {ConversationController} from './conversation-controller.ts';
import type {MessageActions, MessageTool} from './message-view.ts';
import type {Narrator} from './narrator.ts';
import type {Session} from './session.ts';
import type {SseChat} from './sse-chat.ts';
import type {StickToEnd} from './stick-to-end.ts';
import type {ChatStrings} from './strings.ts';

/** A chat from inside, for the parts that are loaded later. */
export interface ChatInside extends MessageActions {
  readonly element: SseChat;
  readonly session: Session;
  readonly controller: ConversationController;
  readonly composer: Composer;
  readonly narrator: Narrator;
  readonly stick: StickToEnd | undefined;
  readonly strings: ChatStrings;
  /** Whether it is open and covers the whole page. */
  readonly covers: boolean;
  /** Focuses the text box; on touch screens the panel, since a keyboard would cover what there is to read. */
  enter(): void;
  /** Adds something to the small buttons of every message. Called again with the same tool, it is drawn again. */
  addTool(tool: MessageTool): void;
}
