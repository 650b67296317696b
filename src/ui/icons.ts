import {html} from 'lit';

// Decoration only: the button around an icon has the name. Drawn on a 24 unit grid in the text's colour.

export const launcherIcon = html`<svg class="icon solid" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 3C6.5 3 2 6.8 2 11.5c0 2.6 1.4 5 3.6 6.5L5 22l4.6-2.2c.8.1 1.6.2 2.4.2 5.5 0 10-3.8 10-8.5S17.5 3 12 3Z"/></svg>`;
export const closeIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m6 6 12 12M18 6 6 18"/></svg>`;
export const newChatIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 4.5H7a3 3 0 0 0-3 3V17a3 3 0 0 0 3 3h9.5a3 3 0 0 0 3-3v-5M10 14l.6-2.9 7.7-7.7a1.6 1.6 0 0 1 2.3 2.3l-7.7 7.7L10 14Z"/></svg>`;
export const sendIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 19V5.5M6 11l6-6 6 6"/></svg>`;
export const stopIcon = html`<svg class="icon solid" viewBox="0 0 24 24" aria-hidden="true"><rect x="6.5" y="6.5" width="11" height="11" rx="2"/></svg>`;
export const copyIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><rect x="9" y="9" width="11" height="11" rx="2.5"/><path d="M15 5.8A1.8 1.8 0 0 0 13.2 4H5.8A1.8 1.8 0 0 0 4 5.8v7.4A1.8 1.8 0 0 0 5.8 15"/></svg>`;
export const checkIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="m5 12.5 4.5 4.5L19 7.5"/></svg>`;
export const regenerateIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4v5h-5"/></svg>`;
export const editIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M4.5 19.5 5.4 15 15.6 4.8a2 2 0 0 1 2.8 0l.8.8a2 2 0 0 1 0 2.8L9 18.6l-4.5.9ZM13.5 7l3.5 3.5"/></svg>`;
export const downIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d="M12 5v13.5M6 13l6 6 6-6"/></svg>`;
export const alertIcon = html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="8.5"/><path d="M12 8v4.5M12 15.8v.2"/></svg>`;
