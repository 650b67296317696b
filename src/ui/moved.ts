import type {LitElement} from 'lit';
import {adoptAnew} from './adopt-styles.ts';
import type {ChatInside} from './inside.ts';

/** Keeps the styles of a chat that is moved to another document: a frame, or another window. */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const {elementStyles} = element.constructor as typeof LitElement;
  const styles = elementStyles.map(each =>
    'cssText' in each ? each.cssText : [...each.cssRules].map(rule => rule.cssText).join('\n'),
  );
  let page = document;
  const look = () => {
    if (page === element.ownerDocument) return;
    page = element.ownerDocument;
    adoptAnew(element.renderRoot as ShadowRoot, styles);
  };
  look();
  element.addController({hostUpdated: look});
}
