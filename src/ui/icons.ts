import {html, type TemplateResult} from 'lit';

/** Decoration only: the button around an icon has the name. Drawn on a 24 unit grid in the text's colour. */
const icon = (path: string, look = ''): TemplateResult =>
  html`<svg class="icon ${look}" viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

export const launcherIcon = icon('M5.6 18 5 22l4.6-2.2a10 8.5 0 1 0-4-1.8Z', 'solid');
export const closeIcon = icon('m6 6 12 12M18 6 6 18');
export const newChatIcon = icon(
  'M12 4.5H7a3 3 0 0 0-3 3V17a3 3 0 0 0 3 3h9.5a3 3 0 0 0 3-3v-5M10 14l.6-2.9 7.7-7.7a1.6 1.6 0 0 1 2.3 2.3l-7.7 7.7L10 14Z',
);
export const sendIcon = icon('M12 19V5.5M6 11l6-6 6 6');
export const stopIcon = icon(
  'M8.5 6.5h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2Z',
  'solid',
);
export const copyIcon = icon(
  'M11 9h7a2 2 0 0 1 2 2v7a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2v-7a2 2 0 0 1 2-2ZM15 6a2 2 0 0 0-2-2H6a2 2 0 0 0-2 2v7a2 2 0 0 0 2 2',
);
export const checkIcon = icon('m5 12.5 4.5 4.5L19 7.5');
export const regenerateIcon = icon('M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5');
export const editIcon = icon(
  'M4.5 19.5 5.4 15 15.6 4.8a2 2 0 0 1 2.8 0l.8.8a2 2 0 0 1 0 2.8L9 18.6l-4.5.9ZM13.5 7l3.5 3.5',
);
export const downIcon = icon('M12 5v13.5M6 13l6 6 6-6');
export const alertIcon = icon('M12 3.5a8.5 8.5 0 1 1 0 17 8.5 8.5 0 0 1 0-17ZM12 8v4.5M12 15.8v.2');
