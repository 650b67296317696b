import {render} from 'lit';
import type {Attachment, FilePart} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {keepFiles, recallFiles} from './attachment-drafts.ts';
import {type AttachmentRules, accepts, formatSize, rulesOf} from './attachment-rules.ts';
import {english} from './attachment-strings.ts';
import {attachmentStyles} from './attachment-styles.ts';
import {type ChipView, renderPickers, renderTray} from './attachment-tray.ts';
import {bytesOf} from './data-url.ts';
import {ChatSendEvent} from './events.ts';
import {drawPreview, isDrawn} from './image-preview.ts';
import type {ChatInside} from './inside.ts';
import {isScaled, readAttachment} from './read-attachment.ts';
import {fill} from './strings.ts';

/** A pasted text of at least this many UTF-16 units is attached, and does not fill the text box. */
const LONG = 10_000;
/** Longest side of a chip's preview, in CSS pixels. */
const THUMBNAIL = 72;
/** While files are dragged over the chat, drag events come at least this often, in milliseconds. */
const DRAG_PACE = 500;

/** A file of the message being written. */
interface Chip extends ChipView {
  progress: number | undefined;
  size: number;
  preview: HTMLCanvasElement | undefined;
  /** Set once it is read. */
  attachment: Attachment | undefined;
  /** Aborts the reading. */
  readonly reading: AbortController;
  /** Never rejects. */
  whenRead: Promise<void>;
}

const without = (list: readonly Chip[], chip: Chip) => list.filter(each => each !== chip);

/**
 * Lets users attach files to a message: by a button, by dropping or by pasting them. Whether they may is checked
 * whenever the chat is drawn.
 */
export function attach(inside: () => ChatInside): void {
  const {element, composer} = inside();

  const find = (selector: string) => element.renderRoot.querySelector<HTMLElement>(selector)!;
  const place = (className: string) => Object.assign(document.createElement('div'), {className});
  const [tray, pickers, zone] = [place('tray'), place('pickers'), place('drop')] as const;
  zone.part.add('drop-zone');
  const box = () => find('.composer textarea') as HTMLTextAreaElement;

  let rules: AttachmentRules | undefined;
  let conversationId: string | undefined;
  let chips: readonly Chip[] = [];
  /** The files of a message that waits to be sent. */
  let held: readonly Chip[] = [];
  let problems: readonly string[] = [];
  /** The files of conversations that are not shown. */
  const others = new Map<string, readonly Chip[]>();
  /** The files sent from each conversation, until the answer ends: up to then, the history may not have them. */
  const sentFrom = new Map<string, readonly Chip[]>();
  let dragging: ReturnType<typeof setTimeout> | undefined;

  const texts = () => {
    const {strings} = inside();
    return {...english, ...strings.attachments, lang: strings.lang};
  };
  const named = (text: string, name: string) => fill(text, 'name', name);

  function draw(): void {
    const said = texts();
    render(rules ? renderTray(chips, problems, said, {add, remove, insert}) : '', tray);
    render(rules ? renderPickers(rules, said, add) : '', pickers);
    zone.textContent = said.drop;
    zone.hidden = dragging === undefined;
  }

  /** The element is drawn again as well, since its composer shows whether there is something to send. */
  function put(next: readonly Chip[]): void {
    chips = next;
    keep();
    element.requestUpdate();
  }

  function keep(id = conversationId, list: readonly Chip[] = [...held, ...chips]): void {
    if (id === undefined) return;
    const filesOf = (some: readonly Chip[], isSent: boolean) =>
      some.flatMap(({name, attachment, isPasted}) =>
        attachment ? [{name, attachment, isPasted, isSent}] : [],
      );
    keepFiles(id, [...filesOf(list, false), ...filesOf(sentFrom.get(id) ?? [], true)]);
  }

  function complain(complaints: readonly string[]): void {
    problems = complaints;
    for (const complaint of complaints) inside().say(complaint);
  }

  /** @returns whether all of them were taken. */
  function add(files: readonly File[], isPasted = false): boolean {
    if (!rules) return false;
    const {types, count, size, side} = rules;
    const {lang, ...said} = texts();
    const added: Chip[] = [];
    const complaints = new Set<string>();
    for (const file of files) {
      const {name} = file;
      if (!accepts(types, file)) complaints.add(named(said.wrongType, name));
      else if (held.length + chips.length + added.length >= count) {
        complaints.add(fill(said.tooMany, 'count', count.toLocaleString(lang)));
      } else if (file.size > size && !isScaled(file, side)) complaints.add(tooLarge(name, size));
      else added.push(read(file, isPasted));
    }
    if (isPasted && complaints.size > 0) return false; // It goes into the text box, like any other text.
    complain([...complaints]);
    put([...chips, ...added]);
    return complaints.size === 0;
  }

  function tooLarge(name: string, size: number): string {
    const said = texts();
    return fill(named(said.tooLarge, name), 'size', formatSize(size, said.lang));
  }

  function read(file: File, isPasted: boolean): Chip {
    const {name, size} = file;
    const {side = 0, size: limit = size} = rules ?? {};
    const reading = new AbortController();
    const chip: Chip = {
      name,
      size,
      isPasted,
      reading,
      progress: 0,
      preview: undefined,
      attachment: undefined,
      whenRead: Promise.resolve(),
    };
    const onProgress = (share: number) => {
      chip.progress = share;
      draw();
    };
    const fail = (problem: string) => {
      if (reading.signal.aborted) return;
      drop(chip);
      inside().say(problem);
      problems = [...problems, problem];
    };
    chip.whenRead = readAttachment(file, side, onProgress, reading.signal).then(
      ({attachment, blob}) => {
        if (reading.signal.aborted) return;
        if (blob.size > limit) return fail(tooLarge(name, limit));
        Object.assign(chip, {attachment, size: blob.size, progress: undefined});
        inside().say(named(texts().added, name));
        keep();
        for (const [id, list] of others) if (list.includes(chip)) keep(id, list);
        element.requestUpdate();
        void preview(chip, blob);
      },
      () => fail(named(texts().unreadable, name)),
    );
    return chip;
  }

  async function preview(chip: Chip, blob: Blob): Promise<void> {
    if (!isDrawn(blob)) return;
    const canvas = document.createElement('canvas');
    canvas.ariaHidden = 'true'; // Its name is beside it.
    await drawPreview(canvas, blob, THUMBNAIL).then(
      () => {
        chip.preview = canvas;
        draw();
      },
      () => {}, // It has only its name then.
    );
  }

  /**
   * Removes the chip wherever it is, since another conversation may be shown by now. Only a waiting message keeps it:
   * it is not sent without it.
   */
  function drop(chip: Chip): void {
    chip.reading.abort();
    for (const [id, list] of others) others.set(id, without(list, chip));
    put(without(chips, chip));
  }

  function remove(at: number): void {
    const chip = chips[at]!;
    const hadFocus = tray.contains((element.renderRoot as ShadowRoot).activeElement);
    problems = [];
    drop(chip);
    draw();
    inside().say(named(texts().removed, chip.name));
    if (!hadFocus) return;
    const buttons = tray.querySelectorAll<HTMLElement>('.remove');
    (buttons[at] ?? buttons[at - 1] ?? pickers.querySelector('button') ?? box()).focus();
  }

  /** Moves a pasted text into the text box, where it would have gone. */
  function insert(at: number): void {
    const chip = chips[at]!;
    const bytes = bytesOf(chip.attachment?.url ?? '');
    drop(chip);
    write(new TextDecoder().decode(bytes));
  }

  function write(text: string): void {
    const area = box();
    area.focus();
    area.setRangeText(text, area.selectionStart, area.selectionEnd, 'end');
    area.dispatchEvent(new InputEvent('input', {bubbles: true}));
  }

  function show(id: string): void {
    if (conversationId !== undefined) {
      if (held.length > 0) release();
      if (chips.length > 0) others.set(conversationId, chips);
      chips = [];
    }
    const carried = chips; // What was attached before the history was read stays.
    conversationId = id;
    problems = [];
    const found = others.get(id);
    others.delete(id);
    if (found) chips = [...found, ...carried];
    else if (carried.length === 0) recallDraft(id);
    keep();
  }

  function hold(): void {
    held = [...held, ...chips];
    put([]);
  }

  /**
   * Moves waiting files back to the message being written, except those that could not be read; or discards them all.
   */
  function release(keeps = true): void {
    const back = keeps ? held.filter(({reading}) => !reading.signal.aborted) : [];
    for (const {reading} of keeps ? [] : held) reading.abort();
    held = [];
    put([...back, ...chips]);
  }

  function recallDraft(id: string): void {
    const {settled = []} = inside().controller.state ?? {};
    const said = settled.findLast(({role}) => role === 'user')?.parts.filter(({type}) => type === 'file');
    const {files, lost} = recallFiles(id, (said ?? []) as readonly FilePart[]);
    chips = files.map(({name, attachment, isPasted}) => {
      const blob = new Blob([bytesOf(attachment.url) ?? ''], {type: attachment.mediaType ?? ''});
      const chip: Chip = {
        name,
        size: blob.size,
        isPasted,
        attachment,
        progress: undefined,
        preview: undefined,
        whenRead: Promise.resolve(),
        reading: new AbortController(),
      };
      void preview(chip, blob);
      return chip;
    });
    problems = lost.map(name => named(texts().lost, name));
  }

  function update(): void {
    rules = rulesOf(element);
    const id = inside().controller.state?.info.id;
    if (id && id !== conversationId) show(id); // It is empty while the history is still being read.
    draw();
  }

  const {actions} = composer;
  const {send} = actions;
  let isSending = false;
  actions.carries = () => rules !== undefined && chips.length > 0 && !isSending;
  actions.hold = hold;
  actions.held = () => held.map(({name}) => name);
  actions.release = release;
  actions.send = async (text, isHeld) => {
    const asked = isHeld ? held : chips;
    if (isHeld) release();
    if (!rules || asked.length === 0) return send(text);
    if (isSending) return false;
    isSending = true;
    const id = conversationId;
    await Promise.all(asked.map(({whenRead}) => whenRead));
    isSending = false;
    // A file could not be read, or another conversation is shown: nobody wanted to send that.
    if (asked.some(({attachment}) => !attachment) || id !== conversationId) return false;
    const sent = chips.filter(chip => asked.includes(chip));
    const attachments = sent.flatMap(({attachment}) => attachment ?? []);
    problems = [];
    if (id) sentFrom.set(id, sent);
    put(chips.filter(each => !sent.includes(each)));
    const event = Object.assign(new ChatSendEvent(text), {attachments});
    const {attempt} = inside();
    const isTaken = element.dispatchEvent(event) && (await attempt(() => element.send(text, {attachments})));
    if (id) sentFrom.delete(id);
    const back = isTaken ? [] : sent;
    if (id === conversationId || id === undefined) put([...back, ...chips]);
    else {
      const list = [...back, ...(others.get(id) ?? [])];
      others.set(id, list);
      keep(id, list);
    }
    return isTaken;
  };

  function onPaste(event: ClipboardEvent): void {
    const {files, types} = event.clipboardData ?? {};
    const text = event.clipboardData?.getData('text/plain') ?? '';
    const isRich = text && types?.includes('text/html'); // From office software, which adds a picture of the text.
    const pasted =
      files?.length && !isRich
        ? [...files]
        : text.length >= LONG && new File([text], `${texts().pasted}.txt`, {type: 'text/plain'});
    if (!rules || !pasted) return;
    if (Array.isArray(pasted)) add(pasted);
    else if (!add([pasted], true)) return;
    event.preventDefault();
  }

  function onDrag(event: DragEvent): void {
    if (!rules || !event.dataTransfer?.types.includes('Files')) return;
    event.preventDefault(); // Allows dropping here.
    event.dataTransfer.dropEffect = 'copy';
    clearTimeout(dragging);
    dragging = setTimeout(endDrag, DRAG_PACE); // No engine reports every end of a drag.
    draw();
  }

  function endDrag(): void {
    clearTimeout(dragging);
    dragging = undefined;
    draw();
  }

  function onDrop(event: DragEvent): void {
    const files = [...(event.dataTransfer?.files ?? [])];
    endDrag();
    if (!rules || files.length === 0) return;
    event.preventDefault();
    add(files);
  }

  const panel = find('.panel');
  panel.addEventListener('dragenter', onDrag);
  panel.addEventListener('dragover', onDrag);
  panel.addEventListener('drop', onDrop);
  box().addEventListener('paste', onPaste);
  // Beside what Lit draws there. Lit leaves these nodes alone.
  find('.composer').prepend(tray);
  find('.composer .field').prepend(pickers);
  find('.middle').append(zone);
  adoptStyles(tray, attachmentStyles);
  element.addController({hostUpdated: update});
  update();
  element.requestUpdate(); // What can be sent may have changed.
}
