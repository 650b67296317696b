import type {LitElement} from 'lit';
import {adoptAnew} from './adopt-styles.ts';
import type {ChatInside} from './inside.ts';

/** Sees to it that a chat keeps its styles in another document: a frame, or a window of its own. */
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
