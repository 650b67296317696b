import type {AttemptRecord, ConversationInfo, Journal, ResumeCursor} from '../../src/conversation/journal.ts';
import type {Message} from '../../src/protocol/message.ts';

/** A call to the journal, in the order in which they came. */
export type JournalCall =
  | {readonly type: 'begin'; readonly messages: readonly Message[]; readonly attempt: AttemptRecord}
  | {readonly type: 'checkpoint'; readonly message: Message; readonly cursor: ResumeCursor | undefined}
  | {readonly type: 'end'; readonly message: Message}
  | {readonly type: 'remove'; readonly messageIds: readonly string[]; readonly put: readonly Message[]};

/** Records what it is told, and holds up `begin` for as long as a test wants. */
export class MemoryJournal implements Journal {
  readonly calls: JournalCall[] = [];
  /** Awaited by `begin` before it returns. */
  gate: Promise<void> = Promise.resolve();

  of<Type extends JournalCall['type']>(type: Type): Extract<JournalCall, {type: Type}>[] {
    return this.calls.filter((call): call is Extract<JournalCall, {type: Type}> => call.type === type);
  }

  async begin(_info: ConversationInfo, messages: readonly Message[], attempt: AttemptRecord): Promise<void> {
    await this.gate;
    this.calls.push({type: 'begin', messages, attempt});
  }

  checkpoint(_info: ConversationInfo, message: Message, cursor: ResumeCursor | undefined): void {
    this.calls.push({type: 'checkpoint', message, cursor});
  }

  async end(_info: ConversationInfo, message: Message): Promise<void> {
    this.calls.push({type: 'end', message});
  }

  async remove(
    _conversationId: string,
    messageIds: readonly string[],
    put: readonly Message[] = [],
  ): Promise<void> {
    this.calls.push({type: 'remove', messageIds, put});
  }
}
