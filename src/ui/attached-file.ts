import {html, nothing, type TemplateResult} from 'lit';
import {cleanLabel} from '../markdown/safe-url.ts';
import type {FilePart} from '../protocol/message.ts';
import {formatSize} from './attachment-rules.ts';
import {bytesOf, save} from './data-url.ts';
import {drawPreview, isDrawn} from './image-preview.ts';

/** Longest side of an image's preview, in CSS pixels. */
const SIDE = 480;

interface Drawn {
  readonly size: number;
  /** For images that can be drawn. Until it is drawn, it is empty, but already as high as it will be. */
  canvas: HTMLCanvasElement | undefined;
}

const drawn = new WeakMap<FilePart, Drawn>();

/** A file that a user sent: a preview if it is an image, its name and its size. Its button saves it. */
export function renderAttached(file: FilePart, lang: string): TemplateResult {
  const {url, name = ''} = file;
  const {size, canvas} = drawn.get(file) ?? draw(file);
  const label = cleanLabel(name).trim() || file.mediaType;
  return html`<button class="attached" type="button" @click=${() => save(url, name)}>
    ${canvas ?? nothing}<bdi>${label}</bdi> <small dir="auto">${formatSize(size, lang)}</small></button>`;
}

function draw(file: FilePart): Drawn {
  const [, head = ''] = /^data:([^;,]*)/.exec(file.url) ?? [];
  const image = new Blob([bytesOf(file.url) ?? ''], {type: file.mediaType ?? head});
  const canvas = isDrawn(image) ? document.createElement('canvas') : undefined;
  const result: Drawn = {size: image.size, canvas};
  drawn.set(file, result);
  if (canvas) {
    canvas.ariaHidden = 'true'; // Its name is below it.
    canvas.width = 0; // Once drawn, it gets its width from its height.
    drawPreview(canvas, image, SIDE).catch(() => {
      result.canvas = undefined;
      canvas.remove();
    });
  }
  return result;
}
