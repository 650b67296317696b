import {fitWithin} from './attachment-rules.ts';

/** Types that engines draw and that cannot contain scripts. */
const DRAWN = /^image\/(png|jpe?g|gif|webp|avif|bmp)$/i;

export const isDrawn = ({type}: Blob): boolean => DRAWN.test(type);

/**
 * Draws an image, its longer side at most `side` CSS pixels. From its bytes, so that the page's policy (`img-src`) need
 * not allow it. @throws if the bytes are not an image.
 */
export async function drawPreview(canvas: HTMLCanvasElement, image: Blob, side: number): Promise<void> {
  const bitmap = await createImageBitmap(image);
  Object.assign(canvas, fitWithin(bitmap.width, bitmap.height, side * Math.max(devicePixelRatio, 1)));
  draw(canvas, bitmap);
}

/** The image, scaled down until its longer side has `side` pixels; unchanged if it is small enough or unreadable. */
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
  // An engine that cannot encode the type writes PNG.
  return new Promise(resolve => canvas.toBlob(blob => resolve(blob ?? image), image.type, 0.9));
}

function draw(canvas: HTMLCanvasElement, bitmap: ImageBitmap): void {
  const context = canvas.getContext('2d')!;
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
}
