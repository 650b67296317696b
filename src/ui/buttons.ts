import {html, nothing, type TemplateResult} from 'lit';

/** A button that shows only an icon. `look` is its class. */
export function iconButton(
  name: string,
  icon: TemplateResult,
  look: string,
  onClick: (event: Event) => void,
  part?: string,
): TemplateResult {
  return html`<button class=${look} part=${part ?? nothing} type="button" aria-label=${name} title=${name} @click=${onClick}>${icon}</button>`;
}

/** A button that shows its name: one of several choices. `look` is added to its class. */
export function wayButton(name: string, onClick: () => void, look = '', part?: string): TemplateResult {
  return html`<button class=${`way ${look}`} part=${part ?? nothing} type="button" @click=${onClick}>${name}</button>`;
}
