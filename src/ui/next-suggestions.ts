import {html, render} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';

const styles = css`
  .next {
    justify-content: flex-start;
    margin-top: 24px;
  }
`;

/**
 * Offers what the page suggests once there are messages: below the answer that was the last one then, until the next
 * question.
 * @param changed The element's changed properties, when that first happened.
 */
export function attach(inside: () => ChatInside, changed: ReadonlyMap<unknown, unknown>): void {
  const {element, composer, enter} = inside();
  const list = document.createElement('ul');
  Object.assign(list, {className: 'suggestions next', part: 'suggestions'});
  adoptStyles(element.renderRoot.querySelector('.transcript')!, styles);
  /** The suggestions before the first message, which a page may set again and again. */
  let start = changed.get('suggestions');
  let given: unknown = start;
  /** The id of the answer that they follow. */
  let answer: string | undefined;

  function update(): void {
    const {controller, strings} = inside();
    const {open, settled = []} = controller.conversation?.state ?? {};
    const last = open ?? settled.at(-1);
    if (given !== element.suggestions) {
      given = element.suggestions;
      if (!last) start = given;
      answer = `${given}` === `${start}` ? undefined : last?.id;
    }
    const shown = controller.state?.open ? undefined : controller.state?.settled.at(-1);
    const isOffered = shown?.role === 'assistant' && shown.id === answer && shown.status !== 'error';
    if (isOffered && !open) draw(element.suggestions ?? [], strings.suggestions);
    else remove();
  }

  function draw(texts: readonly string[], name: string): void {
    list.ariaLabel = name;
    const item = (text: string) =>
      html`<li><button class="suggestion" part="suggestion" type="button" dir="auto"
        @click=${() => void composer.actions.send(text)}>${text}</button></li>`;
    render(texts.map(item), list);
    if (!texts.length) remove();
    // Inside what Lit drew for the messages, so that it is removed with them.
    else if (!list.isConnected) element.renderRoot.querySelector('.messages')?.after(list);
  }

  function remove(): void {
    const hadFocus = list.contains((element.renderRoot as ShadowRoot).activeElement);
    if (list.isConnected) list.remove();
    if (hadFocus) enter();
  }

  element.addController({hostUpdated: update});
  update();
}
