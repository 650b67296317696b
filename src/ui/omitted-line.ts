import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';
import {english} from './omitted-strings.ts';

const styles = css`
  .omitted {
    display: flex;
    align-items: center;
    gap: 12px;
    text-align: center;
    font-size: 0.93em;
    color: var(--_muted);
  }
  .omitted::before,
  .omitted::after {
    content: '';
    flex: 1;
    min-width: 20px;
    border-top: 1px solid var(--_border);
  }
`;

/** Says, above the first message that is still sent to the model, that those before it are not. */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const line = document.createElement('p');
  Object.assign(line, {className: 'omitted', dir: 'auto', part: 'omitted'});
  adoptStyles(element.renderRoot.querySelector('.transcript')!, styles);

  function update(): void {
    const {controller, strings} = inside();
    const {settled = [], omitted} = controller.state ?? {};
    const first = omitted && settled[omitted];
    const article = first && element.renderRoot.querySelector(`article[data-id="${CSS.escape(first.id)}"]`);
    line.textContent = strings.omitted ?? english.omitted;
    if (article) {
      if (line.nextElementSibling !== article) article.before(line);
    } else if (line.isConnected) line.remove();
  }

  element.addController({hostUpdated: update});
  element.requestUpdate();
}
