import {adoptStyles} from './adopt-styles.ts';
import type {ConversationPort} from './conversation-controller.ts';
import {css} from './css.ts';
import type {ChatInside} from './inside.ts';
import {english} from './waiting-strings.ts';
import {type Wait, waitOf} from './waits.ts';

const styles = css`
  .wait {
    color: var(--_muted);
    font-size: 0.93em;
  }
  .body + .wait {
    margin-top: 8px;
  }
  .thinking .wait {
    margin-inline-start: 5px;
  }
  .thinking:has(.wait) .sr {
    display: none;
  }
`;

/** Says in a slow answer what it is waiting for, and in a stalled one that nothing arrives, until something does. */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const line = Object.assign(document.createElement('p'), {className: 'wait', dir: 'auto'});
  line.part.add('wait');
  adoptStyles(element.renderRoot.querySelector('.transcript')!, styles);
  let shown: Wait | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let followed: ConversationPort | undefined;
  let leave: (() => void) | undefined;

  function update(): void {
    clearTimeout(timer);
    const {controller, strings, say} = inside();
    const state = controller.conversation?.state;
    const {wait, due} = state ? waitOf(state, Date.now(), performance.now()) : {};
    timer = due === undefined ? undefined : setTimeout(update, due);
    const texts = {...english, ...strings};
    if (wait === 'stalled' && shown !== wait) say(texts.stalled);
    shown = wait;
    const {id = '', text} = state?.open ?? {};
    const article = element.renderRoot.querySelector(`article[data-id="${CSS.escape(id)}"]`);
    if (!wait || !article) {
      if (line.isConnected) line.remove(); // Prototype.js' own `remove` throws without a parent.
      return;
    }
    line.textContent = texts[wait];
    // The dots disappear when the text is drawn, and with them what is in them.
    const dots = text ? null : article.querySelector('.thinking');
    if (dots) dots.append(line);
    else article.querySelector('.body')?.after(line);
  }

  /** All that a token costs. */
  function look(): void {
    if (shown || !timer) update();
  }

  function follow(): void {
    const {conversation} = inside().controller;
    if (conversation !== followed) {
      leave?.();
      followed = conversation;
      leave = conversation?.subscribe(look);
    }
    look();
  }

  element.addController({
    hostUpdated: follow,
    hostDisconnected() {
      clearTimeout(timer);
      timer = undefined;
    },
  });
  follow();
}
