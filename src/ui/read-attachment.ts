import type {Attachment} from '../protocol/message.ts';
import {scaleImage} from './image-preview.ts';

/** Types whose images lose only size when they are drawn again. An animation would become a still. */
const SCALED = /^image\/(png|jpeg|webp)$/;
/** What systems take TypeScript sources for. */
const GUESSED = /^(|video\/mp2t)$/;

export const isScaled = (file: File, side: number): boolean => side > 0 && SCALED.test(file.type);

/**
 * Reads a file into a `data:` URL. Images are first scaled down to `side` pixels.
 * @param onProgress Gets the share that has been read, from 0 to 1.
 * @throws the platform's error for a file that cannot be read, and an error for an empty one.
 */
export async function readAttachment(
  file: File,
  side: number,
  onProgress: (share: number) => void,
  signal: AbortSignal,
): Promise<{readonly attachment: Attachment; readonly blob: Blob}> {
  const scaled = isScaled(file, side) ? await scaleImage(file, side) : file;
  const mediaType = GUESSED.test(scaled.type) ? await guessType(scaled) : scaled.type;
  signal.throwIfAborted();
  const blob = new Blob([scaled], {type: mediaType});
  const url = await toDataUrl(blob, onProgress, signal);
  if (!blob.size) throw new Error('The file is empty.');
  return {attachment: {url, mediaType, name: file.name}, blob};
}

/** A file of unknown type is a text if it can be decoded as one. */
async function guessType(file: Blob): Promise<string> {
  const bytes = await file.arrayBuffer();
  try {
    const text = new TextDecoder('utf-8', {fatal: true}).decode(bytes);
    return text.includes('\0') ? 'application/octet-stream' : 'text/plain';
  } catch {
    return file.type || 'application/octet-stream';
  }
}

function toDataUrl(blob: Blob, onProgress: (share: number) => void, signal: AbortSignal): Promise<string> {
  const reader = new FileReader();
  signal.addEventListener('abort', () => reader.abort(), {once: true});
  return new Promise((resolve, reject) => {
    reader.onprogress = ({loaded, total}) => onProgress(total ? loaded / total : 0);
    reader.onload = () => resolve(`${reader.result}`);
    reader.onerror = () => reject(reader.error);
    reader.onabort = () => reject(signal.reason);
    reader.readAsDataURL(blob);
  });
}
