import {html, type TemplateResult} from 'lit';

/** Decoration only: the button around an icon has the name. Drawn on a grid of 24 units, in the text's colour. */
export const icon = (path: string, look = 'icon'): TemplateResult =>
  html`<svg class=${look} viewBox="0 0 24 24" aria-hidden="true"><path d=${path} /></svg>`;

export const launcherIcon = icon('M5.6 18 5 22l4.6-2.2a10 8.5 0 1 0-4-1.8Z', 'icon solid');
export const closeIcon = icon('M6 6l12 12M18 6 6 18');
export const listIcon = icon('M4 6h16M4 12h16M4 18h10');
export const newChatIcon = icon('M12 4H4v16h16v-8M10 14l1-4 7-7 3 3-7 7Z');
export const sendIcon = icon('M12 19V5M6 11l6-6 6 6');
export const stopIcon = icon('M8 7h8l1 1v8l-1 1H8l-1-1V8Z', 'icon solid');
export const copyIcon = icon('M9 9h11v11H9ZM15 4H4v11');
export const checkIcon = icon('M5 12l5 5 9-9');
export const regenerateIcon = icon('M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5');
export const editIcon = icon('M4 20l1-5L16 4l4 4L9 19ZM13 7l4 4');
export const downIcon = icon('M12 5v14M6 13l6 6 6-6');
export const alertIcon = icon('M12 3a9 9 0 1 0 .1 0M12 8v5M12 16v.1');
