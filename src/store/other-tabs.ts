import type {LoadedConversation, ResumeCursor} from '../conversation/journal.ts';
import {isFinal, type Message, type MessagePart, textParts} from '../protocol/message.ts';
import type {ChatStoreWrite} from './chat-store.ts';
import type {Tab} from './tabs.ts';
import {vacancy} from './vacancy.ts';

/** What tabs tell each other. `conversation` is undefined if it is about all of them. */
export type TabMessage = {readonly conversation: string | undefined} & (
  | {readonly type: 'hello'}
  /** Answers `hello`, from a tab that shows the conversation but has nothing to tell. */
  | {readonly type: 'here'}
  | {readonly type: 'deleted'}
  | {readonly type: 'write'; readonly write: ChatStoreWrite}
  | Delta
);

/** What an answer has grown by. `seq` and `thoughtSeq` are the UTF-16 units of text and reasoning before that. */
interface Delta {
  readonly type: 'delta';
  readonly messageId: string;
  readonly seq: number;
  readonly delta: string;
  readonly thoughtSeq: number;
  readonly thought: string;
  readonly cursor: ResumeCursor | undefined;
}

/**
 * What happened in this tab and concerns the others. `back`: the page returned from the back-forward cache.
 * `forgotten`: a conversation, or all, was deleted; `shown` are those on display. `taken`: a claim was refused. `lost`:
 * a lease was.
 */
export type LocalNews =
  | {readonly type: 'back'; readonly conversation?: undefined}
  | {readonly type: 'forgotten'; readonly conversation: string | undefined; readonly shown: readonly string[]}
  | {readonly type: 'taken' | 'lost'; readonly conversation: string};

/** A conversation as other tabs have reported it. */
interface View {
  readonly found: LoadedConversation | undefined;
  /** The answer that another tab is receiving; `found` is without it. */
  readonly open?: Message | undefined;
  readonly cursor?: ResumeCursor | undefined;
}

export interface OtherTabs {
  hear(news: TabMessage | LocalNews): Promise<void>;
  tell(write: ChatStoreWrite): void;
}

/** Milliseconds for which the last messages of a tab may still be under way after it released its claim. */
const LAST_WORDS = 100;
/** Milliseconds within which a conversation must use the right to continue that it was granted. */
const GRANT_TIME = 1_000;

/**
 * Tells other tabs what is said here, shows what they say, and lets the conversation here continue what a tab that is
 * gone has left. Loaded when another tab is heard.
 */
export function otherTabs(tab: Tab): OtherTabs {
  const views = new Map<string, View>();
  /** By conversation, the open message as the others know it. */
  const told = new Map<string, Message>();
  /** By conversation, what ends the wait for the tab that is answering in it. */
  const waits = new Map<string, AbortController>();
  /**
   * Answers that were deleted while they streamed. The tab that receives them may report on them before it hears that.
   */
  const buried = new Set<string>();
  let turn: Promise<unknown> = Promise.resolve();

  /** Handles what was heard one after the other, in order. */
  function inTurn(act: () => Promise<void> | void): Promise<void> {
    const done = turn.then(act).catch(() => {});
    turn = done;
    return done;
  }

  function show(id: string, view: View): void {
    views.set(id, view);
    if (view.open) watch(id);
    else unwatch(id);
    tab.followed.get(id)?.(view.found, view.open);
  }

  /** The conversation as stored; with the answer begun in it, if a tab is known to be receiving that (`isOpen`). */
  async function read(id: string, isOpen: boolean): Promise<View> {
    const found = await tab.load(id);
    const begun = isOpen && found?.messages.find(each => each.id === found.attempt?.messageId);
    return found && begun ? viewOf(found, opened(begun)) : {found};
  }

  /** Another tab shows the conversation too, or did. It may have changed it since it was loaded here. */
  async function meet(id: string, isBack = false): Promise<void> {
    if ((views.has(id) && !isBack) || tab.held.has(id)) return;
    const before = await tab.memory.load(id);
    const found = await tab.load(id);
    if (!views.get(id)?.open && isSame(found, before)) views.set(id, {found});
    else show(id, {found});
  }

  async function onWrite(id: string, write: ChatStoreWrite): Promise<void> {
    if (write.messages?.some(message => buried.has(message.id))) return;
    if (!views.has(id)) await tab.load(id); // What was said before that tab was heard is in the store.
    await tab.memory.write(write);
    const found = await tab.memory.load(id);
    const open = write.messages?.at(-1) ?? views.get(id)?.open;
    show(id, found && open && !isFinal(open.status) ? viewOf(found, open, write.cursor) : {found});
  }

  async function onDelta(
    id: string,
    {messageId, seq, delta, thoughtSeq, thought, cursor}: Delta,
  ): Promise<void> {
    if (buried.has(messageId)) return;
    const {found, open} = views.get(id) ?? {};
    const thoughts = open && reasoningOf(open);
    if (!open || open.id !== messageId || seq > open.text.length || thoughtSeq > (thoughts?.length ?? 0)) {
      // A gap: the store has most of the answer, and the tab that is receiving it has the rest.
      show(id, await read(id, true));
      return tab.post({type: 'hello', conversation: id});
    }
    const text = open.text.slice(0, seq) + delta;
    const parts = partsOf(`${thoughts}`.slice(0, thoughtSeq) + thought, text);
    show(id, {found, open: {...open, text, parts, status: text ? 'streaming' : open.status}, cursor});
  }

  async function onHello(id: string): Promise<void> {
    const before = told.get(id);
    const found = tab.held.has(id) ? await tab.memory.load(id) : undefined;
    const begun = found?.messages.find(each => each.id === found.attempt?.messageId);
    if (!found || !begun) return tab.post({type: 'here', conversation: id});
    if (told.get(id) !== before) return; // It has been told meanwhile.
    const {info, attempt} = found;
    tell({info, messages: [opened(begun)], attempt: attempt!, cursor: attempt?.cursor});
  }

  async function onDeleted(deleted: string | undefined, ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (id !== (deleted ?? id)) continue;
      // Our last checkpoint may have been written after the deletion. Nobody else can have asked here meanwhile.
      if (tab.held.has(id)) void tab.inTurn(() => tab.store.delete(id)).catch(() => {});
      else await tab.memory.delete(id); // What was heard before this may have been noted after the deletion.
      const {open} = views.get(id) ?? {};
      if (open) buried.add(open.id);
      show(id, {found: undefined});
    }
  }

  function tell(write: ChatStoreWrite): void {
    const {info, messages = [], removed, attempt, cursor} = write;
    const last = messages.at(-1);
    const before = told.get(info.id);
    const thoughtSeq = before ? reasoningOf(before).length : 0;
    const grows =
      last &&
      before?.id === last.id &&
      messages.length === 1 &&
      !removed &&
      attempt === undefined &&
      !isFinal(last.status) &&
      reasoningOf(last).length >= thoughtSeq &&
      last.text.startsWith(before.text) &&
      last.parts.length === partsOf(reasoningOf(last), last.text).length;
    if (last) told.set(info.id, last);
    if (!grows) {
      tab.post({type: 'write', conversation: info.id, write});
      return;
    }
    const seq = before!.text.length;
    tab.post({
      type: 'delta',
      conversation: info.id,
      messageId: last.id,
      seq,
      delta: last.text.slice(seq),
      thoughtSeq,
      thought: reasoningOf(last).slice(thoughtSeq),
      cursor,
    });
  }

  /** Waits until the tab that is answering is gone, then continues what it left. */
  function watch(id: string): void {
    if (waits.has(id)) return;
    const wait = new AbortController();
    waits.set(id, wait);
    vacancy(tab, id, wait.signal).then(
      release => tab.clock.after(LAST_WORDS, () => void inTurn(() => takeOver(id, release))),
      () => {}, // `unwatch`: the answer is over.
    );
  }

  function unwatch(id: string): void {
    waits.get(id)?.abort();
    waits.delete(id);
  }

  async function takeOver(id: string, release: () => void): Promise<void> {
    const {found: before, open, cursor} = views.get(id) ?? {};
    if (!open || !before || !tab.followed.has(id)) return release();
    let found = await tab.load(id);
    const kept = found?.messages.find(each => each.id === open.id);
    // This tab may have been told more than that tab could save.
    if (!kept || (open.text.length > kept.text.length && open.text.startsWith(kept.text))) {
      tab.note({info: found?.info ?? before.info, messages: [open], cursor});
      found = await tab.load(id);
    }
    tab.granted.set(id, release);
    tab.clock.after(GRANT_TIME, () => {
      if (tab.granted.get(id) !== release) return;
      tab.granted.delete(id);
      release();
    });
    show(id, {found});
  }

  /** Continues the answer under way here if no other tab did so meanwhile; otherwise shows what became of it. */
  async function reclaim(id: string, release: (() => void) | undefined): Promise<void> {
    const ours = await tab.memory.load(id);
    const found = tab.isSaving() ? await tab.store.load(id).catch(() => ours) : ours;
    const isOver = ours && !ours.attempt; // It has ended since, and is yet to be saved.
    if (
      release &&
      tab.held.has(id) &&
      (isOver || (found && found.attempt?.attempt === ours?.attempt?.attempt))
    ) {
      tab.held.set(id, release);
      return;
    }
    release?.();
    if (!tab.held.delete(id)) return;
    tab.drop(id);
    if (found) await tab.memory.write({...found, cursor: found.attempt?.cursor});
    const last = found?.messages.at(-1);
    if (found && last) show(id, viewOf(found, opened(last))); // Makes the conversation give up its answer.
    if (release || !found?.attempt) show(id, {found});
    else tab.post({type: 'hello', conversation: id});
  }

  async function onNews(news: TabMessage | LocalNews): Promise<void> {
    const {type, conversation} = news;
    if (type === 'back') {
      tab.open();
      const held = [...tab.held.keys()];
      for (const id of held) await reclaim(id, await tab.take(id));
      // Nobody else tells what was said meanwhile. Not awaited, because saving waits for this.
      for (const id of tab.followed.keys()) if (!held.includes(id)) void inTurn(() => meet(id, true));
    } else if (type === 'forgotten') {
      await onDeleted(conversation, news.shown);
    } else if (type === 'deleted') {
      tab.drop(conversation);
      await onDeleted(conversation, [...tab.followed.keys()]);
    } else if (conversation !== undefined && tab.followed.has(conversation)) {
      await onNewsOf(conversation, news);
    }
  }

  async function onNewsOf(id: string, news: TabMessage | LocalNews): Promise<void> {
    if (news.type === 'hello') await onHello(id);
    else if (news.type === 'here') await meet(id);
    else if (news.type === 'write') await onWrite(id, news.write);
    else if (news.type === 'delta') await onDelta(id, news);
    else if (news.type === 'lost') await reclaim(id, undefined);
    else {
      const before = await tab.memory.load(id);
      const view = await read(id, true);
      // It may have ended after it was loaded here, but before anybody reported it.
      if (!views.get(id)?.open && (view.open || !isSame(view.found, before))) show(id, view);
      tab.post({type: 'hello', conversation: id});
    }
  }

  return {hear: news => inTurn(() => onNews(news)), tell};
}

function isSame(found: LoadedConversation | undefined, before: LoadedConversation | undefined): boolean {
  return (
    JSON.stringify(found?.info) === JSON.stringify(before?.info) &&
    found?.messages.length === before?.messages.length &&
    found?.messages.at(-1)?.id === before?.messages.at(-1)?.id &&
    found?.messages.at(-1)?.text === before?.messages.at(-1)?.text &&
    found?.attempt?.attempt === before?.attempt?.attempt
  );
}

function reasoningOf({parts: [first]}: Message): string {
  return first?.type === 'reasoning' ? first.text : '';
}

/** Reasoning comes before the text it led to. */
function partsOf(reasoning: string, text: string): readonly MessagePart[] {
  return [...(reasoning ? [{type: 'reasoning', text: reasoning} as const] : []), ...textParts(text)];
}

function opened(message: Message): Message {
  return {...message, status: message.text === '' ? 'pending' : 'streaming'};
}

function viewOf(found: LoadedConversation, open: Message, cursor?: ResumeCursor): View {
  const messages = found.messages.filter(each => each.id !== open.id);
  return {found: {...found, messages}, open, cursor};
}
