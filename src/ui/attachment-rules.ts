import type {ChatSettings} from './settings.ts';

/** Which files a chat accepts. */
export interface AttachmentRules {
  /** Like `accept` of a file input; the empty string means everything. */
  readonly types: string;
  readonly count: number;
  /** Bytes of each file. */
  readonly size: number;
  /** Longer side of an image, in pixels; 0 leaves images as they are. */
  readonly side: number;
}

/** The rules that a chat's settings define; `undefined` where nothing can be attached. */
export function rulesOf(
  settings: Pick<ChatSettings, 'attachments' | 'maxAttachments' | 'maxAttachmentSize' | 'maxImageSide'>,
): AttachmentRules | undefined {
  const {attachments, maxAttachments, maxAttachmentSize, maxImageSide} = settings;
  if (attachments === undefined || attachments === null || attachments === false) return undefined;
  return {
    types: attachments === true ? '' : attachments,
    count: maxAttachments ?? 10,
    size: maxAttachmentSize ?? 10_000_000,
    side: maxImageSide ?? 0,
  };
}

/**
 * Whether a file is of one of these types: `.pdf`, `image/png` or `image/*`, separated by commas. A file input checks
 * this for picked files, but nothing does for dropped or pasted ones.
 */
export function accepts(types: string, {name, type}: Pick<File, 'name' | 'type'>): boolean {
  const known = types
    .toLowerCase()
    .split(',')
    .map(each => each.trim())
    .filter(Boolean);
  return (
    known.length === 0 ||
    known.some(each => {
      if (each.startsWith('.')) return name.toLowerCase().endsWith(each);
      if (each.endsWith('/*')) return type.toLowerCase().startsWith(each.slice(0, -1));
      return each === '*' || type.toLowerCase() === each;
    })
  );
}

/** The size of an image, scaled down until its longer side has at most this many pixels. None is enlarged. */
export function fitWithin(width: number, height: number, side: number): {width: number; height: number} {
  const scale = Math.min(1, side / Math.max(width, height));
  return {width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale))};
}

/** The size in the user's language, in the unit that people would use. */
export function formatSize(bytes: number, lang: string): string {
  const units = ['byte', 'kilobyte', 'megabyte'];
  const at = bytes < 1000 ? 0 : bytes < 999_500 ? 1 : 2;
  const format = new Intl.NumberFormat(lang, {
    style: 'unit',
    unit: units[at]!,
    unitDisplay: at ? 'short' : 'long',
    maximumFractionDigits: at === 2 ? 1 : 0,
  });
  return format.format(bytes / 1000 ** at);
}
