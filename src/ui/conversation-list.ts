import {html, nothing, render, type TemplateResult} from 'lit';
import type {ConversationInfo, LoadedConversation} from '../conversation/journal.ts';
import {createId} from '../transport/create-id.ts';
import {adoptStyles} from './adopt-styles.ts';
import {iconButton, wayButton} from './buttons.ts';
import {english} from './conversation-list-strings.ts';
import {conversationListStyles} from './conversation-list-styles.ts';
import {type Found, type FoundLine, finder, searchMessages} from './conversation-search.ts';
import type {HistoryFormat} from './history-exchange.ts';
import {editIcon, icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {isComposing} from './keys.ts';
import {whenBack} from './reading-place.ts';
import {tabMemory} from './tab-memory.ts';

// In one chunk with the list, since every page pays for the name of each chunk.
export {exportHistory, importHistory} from './history-exchange.ts';

const pinIcon = icon('M9 3.5h6M10 3.5v6L7 13v1.5h10V13l-3-3.5v-6M12 14.5v6');
const deleteIcon = icon('M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5');

/** Milliseconds from the last key to a search in the messages. */
const SEARCH_DELAY = 120;

/** Attempts to write the details of a conversation. */
const TRIES = 3;

/** What closes the list that is open in a panel. */
const opened = new WeakMap<HTMLElement, () => void>();

/**
 * Shows the conversations of the history below the chat's header, until it is called again, one is chosen, or Escape
 * is pressed. What it covers is inert meanwhile.
 */
export function toggleConversations(opener: HTMLElement, inside: () => ChatInside): void {
  const panel = opener.closest<HTMLElement>('.panel')!;
  const close = opened.get(panel);
  if (close) close();
  else openConversations(panel, opener, inside);
}

function openConversations(panel: HTMLElement, opener: HTMLElement, inside: () => ChatInside): void {
  const {element, session, controller, enter, say, attempt: tryTo} = inside();
  let {strings} = inside();
  let texts = {...english, ...strings.list};
  const header = panel.querySelector<HTMLElement>('.header')!;
  const list = document.createElement('section');
  let infos = ordered(session.conversations);
  let query = '';
  let found: readonly Found[] | undefined;
  let searching = 0;
  let renamed: string | undefined;
  let deleted: {readonly loaded: LoadedConversation; readonly wasShown: boolean} | undefined;
  let asksToClear = false;

  adoptStyles(panel, conversationListStyles);
  list.className = 'conversations';
  list.setAttribute('part', 'conversations');
  const covered = [...panel.children].filter(child => child !== header);
  for (const child of covered) child.toggleAttribute('inert', true);
  panel.append(list);
  // Only now is the panel what `offsetTop` of the header is measured from.
  panel.style.setProperty('--_header', `${header.offsetTop + header.offsetHeight}px`);
  opener.setAttribute('aria-expanded', 'true');
  opened.set(panel, close);

  const shownId = () => controller.state?.info.id;

  function close(): void {
    searching++;
    opened.delete(panel);
    header.removeEventListener('click', onHeaderClick);
    element.removeEventListener('chat-conversation', onConversation);
    element.removeEventListener('chat-status', onStatus);
    element.removeEventListener('chat-close', close);
    element.removeController(language);
    for (const child of covered) child.toggleAttribute('inert', false);
    const hadFocus = list.matches(':focus-within');
    list.remove();
    opener.setAttribute('aria-expanded', 'false');
    if (hadFocus) opener.focus();
  }

  async function refresh(): Promise<void> {
    await session.refresh();
    redraw();
  }

  /** Draws the list as the session last read it. */
  function redraw(): void {
    infos = ordered(session.conversations);
    draw();
  }

  /** Shows matches in titles at once, and in messages as they are read. */
  async function search(): Promise<void> {
    const run = ++searching;
    found = undefined;
    draw();
    const {journal} = session.history ?? {};
    if (query === '' || !journal) return;
    await new Promise(resolve => setTimeout(resolve, SEARCH_DELAY));
    await searchMessages(journal, infos, query, results => {
      if (run !== searching) return false;
      found = results;
      draw();
      return true;
    });
    // The text on screen is no live region: one that was hidden until it says something is not spoken.
    if (run === searching && shownInfos().length === 0) say(texts.notFound);
  }

  async function pick({id}: ConversationInfo): Promise<void> {
    if (id !== shownId()) {
      const loaded = await session.history?.journal?.load(id);
      if (!loaded) return refresh();
      await session.replace(loaded);
      await whenBack(element);
    }
    close();
    enter();
  }

  /** Writes details of a conversation. The one on screen has a copy of them, so it is read again. */
  async function describe(info: ConversationInfo, changes: Partial<ConversationInfo>): Promise<void> {
    const {store, journal} = session.history ?? {};
    const changed = {...info, ...changes};
    // A tab with an answer in progress writes its own copy of the details, perhaps before it hears of the change.
    for (let tries = 0; tries < TRIES; tries++) {
      await store?.write({info: changed});
      await journal?.remove(info.id, []); // Removes nothing, but tells the other tabs.
      const kept = (await journal?.list())?.find(({id}) => id === info.id);
      if (kept?.title === changed.title && !kept.pinned === !changed.pinned) break;
    }
    const loaded = info.id === shownId() && (await journal?.load(info.id));
    if (!loaded) return refresh();
    await session.replace(loaded);
    redraw();
  }

  async function remove({id}: ConversationInfo): Promise<void> {
    const {journal} = session.history ?? {};
    const loaded = await journal?.load(id);
    const wasShown = id === shownId();
    if (wasShown) await session.begin();
    await journal?.delete(id);
    deleted = loaded && {loaded, wasShown};
    say(texts.deleted);
    await refresh();
    if (query) void search();
    list.querySelector<HTMLElement>('footer button')?.focus();
  }

  /** Restores it under a new id, since all tabs know that the old one is gone. */
  async function undo(): Promise<void> {
    if (!deleted) return;
    const {loaded, wasShown} = deleted;
    const {messages, branches = []} = loaded;
    const info = {...loaded.info, id: createId(Date.now())};
    const {store, journal} = session.history ?? {};
    const all = [...branches, ...messages];
    // A full disk may have no room for it yet: the journal keeps it until there is.
    await store?.write({info, messages: all}).catch(() => {
      for (const each of all) journal?.checkpoint(info, each, undefined);
    });
    for (const kind of ['draft', 'files'])
      tabMemory(`${kind}:${info.id}`, tabMemory(`${kind}:${loaded.info.id}`) ?? '');
    deleted = undefined;
    const restored = await journal?.load(info.id);
    if (wasShown && restored) await session.replace(restored);
    await refresh();
    focusItem(info.id);
  }

  async function download(format: HistoryFormat): Promise<void> {
    const history = await element.exportHistory(format as 'json');
    const text = format === 'json' ? JSON.stringify(history, undefined, 1) : String(history);
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text], {type: 'text/plain'}));
    link.download = format === 'json' ? 'chat.json' : 'chat.md';
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  }

  function upload(): void {
    const input = document.createElement('input');
    input.type = 'file';
    input.accept = '.json,application/json';
    input.onchange = () => {
      const [file] = input.files ?? [];
      if (!file) return;
      void attempt(async () => {
        await element.importHistory(await file.text());
        close();
        enter();
      });
    };
    input.click();
  }

  /** Errors are shown in the chat, where there is room for them. */
  async function attempt(task: () => Promise<unknown>): Promise<void> {
    if (!(await tryTo(task))) close();
  }

  function onKeydown(event: KeyboardEvent): void {
    const {key} = event;
    const target = event.target as HTMLElement;
    // A held Enter was meant for what had the focus before.
    if (key === 'Enter' && event.repeat) event.preventDefault();
    if (isComposing(event) || event.defaultPrevented) {
      event.stopPropagation();
      return;
    }
    const move = {ArrowDown: 1, ArrowUp: -1}[key];
    if (key === 'Escape') {
      if (renamed !== undefined) endRenaming('');
      else close();
    } else if (key === 'Enter' && target.matches('li > input')) {
      endRenaming((target as HTMLInputElement).value.trim());
    } else if (move && !target.matches('li > input')) {
      const items = [...list.querySelectorAll<HTMLElement>('.item')];
      const at = items.findIndex(item => item.parentElement === target.closest('li'));
      const next = at + move;
      (next < 0 ? list.querySelector('input') : items[next])?.focus();
    } else {
      // Typing must not trigger the page's shortcuts.
      if (key !== 'Tab' && target.matches('input')) event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** An empty title keeps the old one. */
  function endRenaming(title: string, keepsFocus = true): void {
    const id = renamed;
    if (id === undefined) return; // Removing the input blurs it, which leads here again.
    const info = infos.find(each => each.id === id);
    renamed = undefined;
    draw();
    if (keepsFocus) focusItem(id);
    if (info && title && title !== info.title) void attempt(() => describe(info, {title}));
  }

  function focusItem(id: string): void {
    list.querySelector<HTMLElement>(`[data-id="${id}"] .item`)?.focus();
  }

  function shownInfos(): readonly {readonly info: ConversationInfo; readonly found?: Found}[] {
    if (query === '') return infos.map(info => ({info}));
    if (found) {
      return found.flatMap(each => {
        const info = infos.find(({id}) => id === each.info.id); // It may have been renamed since.
        return info ? [{info, found: each}] : [];
      });
    }
    const find = finder(query);
    return infos.filter(({title}) => find(title)).map(info => ({info}));
  }

  function renderItem(info: ConversationInfo, match: Found | undefined): TemplateResult {
    const isShown = info.id === shownId();
    // A conversation writes its own title with each answer, so neither that nor a pin can be changed meanwhile.
    const isBusy = isShown && controller.state?.open !== undefined;
    const title = info.title || texts.untitled;
    const named = (action: string): string => action + strings.colon + title;
    if (info.id === renamed) {
      return html`<li data-id=${info.id}><input dir="auto" aria-label=${texts.rename} .value=${info.title}
        @blur=${(event: Event) => endRenaming((event.target as HTMLInputElement).value.trim(), false)}></li>`;
    }
    const rename = () => {
      renamed = info.id;
      draw();
      const input = list.querySelector<HTMLInputElement>('li > input');
      input?.focus();
      input?.select();
    };
    return html`<li data-id=${info.id}>
      <button class="item" type="button" aria-current=${isShown || nothing} @click=${() => void attempt(() => pick(info))}>
        <span class="title"><bdi>${title}</bdi></span>
        <span class="line"><bdi>${match?.line ? renderLine(match.line) : timeOf(info.updatedAt, strings.lang)}</bdi></span>
      </button>
      <span class="acts">
        ${isBusy ? nothing : iconButton(named(texts.rename), editIcon, 'tool', rename)}
        ${iconButton(named(texts.delete), deleteIcon, 'tool', () => void attempt(() => remove(info)))}
        ${
          isBusy
            ? nothing
            : html`<button class="tool" type="button" aria-label=${named(texts.pin)} title=${texts.pin} aria-pressed=${info.pinned === true}
          @click=${() => void attempt(() => describe(info, {pinned: !info.pinned}))}>${pinIcon}</button>`
        }
      </span>
    </li>`;
  }

  function renderFooter(): TemplateResult {
    if (deleted) {
      return html`<p>${texts.deleted}</p>${wayButton(texts.undo, () => void attempt(undo), 'primary')}`;
    }
    const ask = (asks: boolean) => {
      asksToClear = asks;
      draw();
      list.querySelector<HTMLElement>('footer button')?.focus();
    };
    if (asksToClear) {
      const clear = async () => {
        asksToClear = false;
        await element.clear();
        close();
        enter();
      };
      return html`<p>${texts.clearAll}</p>
        ${wayButton(strings.cancel, () => ask(false))}
        ${wayButton(texts.clear, () => void attempt(clear), 'danger')}`;
    }
    return html`
      ${wayButton(texts.exportJson, () => void attempt(() => download('json')))}
      ${wayButton(texts.exportMarkdown, () => void attempt(() => download('markdown')))}
      ${wayButton(texts.import, upload)}
      ${wayButton(texts.clear, () => ask(true), 'danger')}`;
  }

  function draw(): void {
    const shown = shownInfos();
    const focused = (list.getRootNode() as ShadowRoot).activeElement as HTMLElement | null;
    const row = focused?.closest('li');
    const id = row?.dataset['id'];
    const buttonsOf = () => [
      ...list.querySelectorAll<HTMLElement>(`[data-id="${CSS.escape(`${id}`)}"] button`),
    ];
    const before = buttonsOf();
    list.ariaLabel = strings.conversations;
    render(
      html`<input type="search" dir="auto" aria-label=${texts.search} placeholder=${texts.search} @input=${(
        event: Event,
      ) => {
        query = (event.target as HTMLInputElement).value.trim();
        deleted = undefined;
        void search();
      }}>
      <ul class="found" aria-label=${strings.conversations}>${shown.map(({info, found: match}) => renderItem(info, match))}</ul>
      <p class="nothing" ?hidden=${shown.length > 0}>${query ? texts.notFound : texts.empty}</p>
      <footer>${renderFooter()}</footer>`,
      list,
    );
    // The focus follows its conversation: pressing the key again must not affect another one.
    if (!before.includes(focused!) || (focused!.isConnected && row!.dataset['id'] === id)) return;
    const after = buttonsOf();
    const same = after.length === before.length ? after[before.indexOf(focused!)] : after[0];
    (same ?? list.querySelector('input'))?.focus();
  }

  function onHeaderClick(event: Event): void {
    if (!event.composedPath().includes(opener)) close();
  }

  const onConversation = () => void refresh();
  const onStatus = () => void controller.drawn().then(draw);

  /** The language may change while the list is shown. */
  const language = {
    hostUpdated() {
      if (inside().strings === strings) return;
      ({strings} = inside());
      texts = {...english, ...strings.list};
      draw();
    },
  };

  element.addController(language);
  list.addEventListener('keydown', onKeydown);
  for (const type of ['keypress', 'keyup'])
    list.addEventListener(
      type,
      event => (event.target as HTMLElement).matches('input') && event.stopPropagation(),
    );
  header.addEventListener('click', onHeaderClick);
  element.addEventListener('chat-conversation', onConversation);
  element.addEventListener('chat-status', onStatus);
  element.addEventListener('chat-close', close);
  draw();
  list.querySelector('input')?.focus();
  void refresh();
  onStatus(); // The state may not yet show a status that was reported before the list opened.
}

/** Pinned ones first; otherwise in the given order, newest first. */
function ordered(infos: readonly ConversationInfo[]): readonly ConversationInfo[] {
  return [...infos].sort((a, b) => Number(b.pinned ?? false) - Number(a.pinned ?? false));
}

function renderLine({before, match, after}: FoundLine): TemplateResult {
  return html`${before}<mark>${match}</mark>${after}`;
}

function timeOf(time: number, lang: string): string {
  const date = new Date(time);
  const now = new Date();
  const isToday = date.toDateString() === now.toDateString();
  const style: Intl.DateTimeFormatOptions = isToday
    ? {timeStyle: 'short'}
    : date.getFullYear() === now.getFullYear()
      ? {day: 'numeric', month: 'long'}
      : {dateStyle: 'long'};
  return date.toLocaleString(lang, style);
}
