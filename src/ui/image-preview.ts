import {fitWithin} from './attachment-rules.ts';

/** What engines draw, and what holds no script. */
const DRAWN = /^image\/(png|jpe?g|gif|webp|avif|bmp)$/i;

export const isDrawn = ({type}: Blob): boolean => DRAWN.test(type);

/**
 * Draws an image, at most `side` CSS pixels long. From its bytes, so that no policy of the page (`img-src`) has to know
 * of it. @throws where the bytes are no image.
 */
export async function drawPreview(canvas: HTMLCanvasElement, image: Blob, side: number): Promise<void> {
  const bitmap = await createImageBitmap(image);
  Object.assign(canvas, fitWithin(bitmap.width, bitmap.height, side * Math.max(devicePixelRatio, 1)));
  draw(canvas, bitmap);
}

/** The image, scaled down until its longer side has `side` pixels; the same one if it has no more, or cannot be read. */
export async function scaleImage(image: Blob, side: number): Promise<Blob> {
  const bitmap = await createImageBitmap(image).catch(() => undefined);
  if (!bitmap) return image;
  const size = fitWithin(bitmap.width, bitmap.height, side);
  if (size.width === bitmap.width && size.height === bitmap.height) {
    bitmap.close();
    return image;
  }
  const canvas = Object.assign(document.createElement('canvas'), size);
  draw(canvas, bitmap);
  // Where an engine cannot write the type, it writes PNG.
  return new Promise(resolve => canvas.toBlob(blob => resolve(blob ?? image), image.type, 0.9));
}

function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}
