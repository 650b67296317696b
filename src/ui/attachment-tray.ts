import {html, nothing, type TemplateResult} from 'lit';
import {cleanLabel} from '../markdown/safe-url.ts';
import {type AttachmentRules, accepts, formatSize} from './attachment-rules.ts';
import {iconButton} from './buttons.ts';
import {icon} from './icons.ts';
import type {Piece} from './message-parts.ts';
import {type AttachmentStrings, fill} from './strings.ts';

const attachIcon = icon(
  'M20 11.5 12 19.5a5 5 0 0 1-7-7l8.5-8.5a3.4 3.4 0 0 1 4.8 4.8L10 17a1.7 1.7 0 0 1-2.4-2.4L15 7.5',
);
const cameraIcon = icon('M4 8h4l1.5-2.5h5L16 8h4v11H4ZM12 10a3.2 3.2 0 1 0 .1 0');
const removeIcon = icon('M7 7l10 10M17 7 7 17');
const fileIcon = icon('M6 3h8l4 5v13H6ZM14 3v5h4');

/** A file as shown above the text box. */
export interface ChipView {
  readonly name: string;
  readonly size: number;
  /** The share that has been read, from 0 to 1; `undefined` once all of it has. */
  readonly progress: number | undefined;
  /** For images that could be drawn. */
  readonly preview: HTMLCanvasElement | undefined;
  /** It is a pasted text, which can be put into the text box instead. */
  readonly isPasted: boolean;
}

export interface TrayActions {
  add(files: readonly File[]): void;
  remove(at: number): void;
  insert(at: number): void;
}

type Texts = AttachmentStrings & {readonly lang: string};

/** The files attached to the message being written, and why others could not be. */
export function renderTray(
  chips: readonly ChipView[],
  problems: readonly string[],
  texts: Texts,
  actions: TrayActions,
): TemplateResult {
  return html`${
    chips.length > 0
      ? html`<ul class="chips" part="attachments" aria-label=${texts.attached}>${chips.map((chip, at) =>
          renderChip(chip, at, texts, actions),
        )}</ul>`
      : nothing
  }${problems.map(problem => html`<p class="notice loud" part="notice" dir="auto">${problem}</p>`)}`;
}

function renderChip(chip: ChipView, at: number, texts: Texts, actions: TrayActions): TemplateResult {
  const {name, size, progress, preview, isPasted} = chip;
  const label = cleanLabel(name);
  const isRead = progress === undefined;
  const inserts = isPasted && isRead;
  return html`<li class="chip" part="attachment">
    ${preview ?? fileIcon}
    <span class="about">
      <bdi class="name">${label}</bdi>
      <span class="size" dir="auto">${isRead ? formatSize(size, texts.lang) : renderProgress(progress, texts)}</span>
      ${inserts ? html`<button class="insert" type="button" @click=${() => actions.insert(at)}>${texts.insert}</button>` : nothing}
    </span>
    ${iconButton(
      fill(texts.remove, 'name', label),
      removeIcon,
      'tool remove',
      () => actions.remove(at),
      'remove-button',
    )}
  </li>`;
}

function renderProgress(progress: number, {reading}: Texts): TemplateResult {
  return html`<progress max="1" value=${progress || nothing} aria-label=${reading}></progress>`;
}

/** The button that picks files; on touch screens also one for the camera. */
export function renderPickers({types, count}: AttachmentRules, texts: Texts, add: TrayActions['add']): Piece {
  const onPick = ({currentTarget}: Event) => {
    const input = currentTarget as HTMLInputElement;
    const files = [...(input.files ?? [])];
    input.value = ''; // So that the same file can be picked again.
    add(files);
  };
  const onButton = ({currentTarget}: Event) =>
    ((currentTarget as Element).nextElementSibling as HTMLInputElement).click();
  const isPhoto = accepts(types, {name: '.jpg', type: 'image/jpeg'});
  return html`${iconButton(texts.attach, attachIcon, 'quiet attach', onButton, 'attach-button')}<input
      type="file" hidden accept=${types || nothing} ?multiple=${count > 1} @change=${onPick}>${
        isPhoto
          ? html`${iconButton(texts.camera, cameraIcon, 'quiet camera', onButton, 'camera-button')}<input
      type="file" hidden accept="image/*" capture="environment" @change=${onPick}>`
          : nothing
      }`;
}
