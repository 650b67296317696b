import {html, nothing, type TemplateResult} from 'lit';

/** A button that shows an icon alone. `look` is its class. */
export function iconButton(
  name: string,
  icon: TemplateResult,
  look: string,
  onClick: () => void,
  part?: string,
): TemplateResult {
  return html`<button class=${look} part=${part ?? nothing} type="button" aria-label=${name} title=${name} @click=${onClick}>${icon}</button>`;
}
