import {html, nothing} from 'lit';
import {siblingsOf} from '../conversation/branches.ts';
import type {Message} from '../protocol/message.ts';
import {adoptStyles} from './adopt-styles.ts';
import {english} from './branch-strings.ts';
import {css} from './css.ts';
import {icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {fill} from './strings.ts';

const styles = css`
  .branches {
    display: flex;
    align-items: center;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  .branches [aria-disabled='true'] {
    opacity: 0.4;
    cursor: default;
  }
  .branches:dir(rtl) .icon {
    transform: scaleX(-1);
  }
`;

const previousIcon = icon('M14.5 6l-6 6 6 6');
const nextIcon = icon('M9.5 6l6 6-6 6');

/** Shows which messages have several versions, and switches between their branches. */
export function attach(inside: () => ChatInside): void {
  const {element, addTool} = inside();
  adoptStyles(element.renderRoot.querySelector('.transcript')!, styles);

  async function turn(to: Message | undefined, step: number): Promise<void> {
    const {controller, session, attempt, say} = inside();
    if (!to) return;
    const focused = (element.renderRoot as ShadowRoot).activeElement;
    const hasFocus = focused?.matches('.branches *');
    // The pressed button disappears with its message. Until then, the focus is not in a text box: a phone would open
    // its keyboard.
    if (hasFocus) focused?.closest<HTMLElement>('.transcript')?.focus({preventScroll: true});
    if (!(await attempt(async () => (await session.current()).showBranch(to.id)))) {
      if (hasFocus) (focused as HTMLElement).focus();
      return;
    }
    await controller.drawn();
    say(positionOf(to));
    const place = `article[data-id="${CSS.escape(to.id)}"] .branches [data-step="${step}"]`;
    if (hasFocus) element.renderRoot.querySelector<HTMLElement>(place)?.focus();
  }

  function placeOf(message: Message): readonly [at: number, siblings: readonly Message[]] {
    const {state} = inside().controller;
    const siblings = state ? siblingsOf(state, message) : [];
    return [siblings.findIndex(({id}) => id === message.id), siblings];
  }

  function positionOf(message: Message): string {
    const {lang, branches} = inside().strings;
    const {position} = {...english, ...branches};
    const [at, {length}] = placeOf(message);
    return fill(fill(position, 'at', (at + 1).toLocaleString(lang)), 'count', length.toLocaleString(lang));
  }

  addTool((message, {busy, strings}) => {
    const [at, siblings] = placeOf(message);
    if (siblings.length < 2) return nothing;
    const {lang} = strings;
    const texts = {...english, ...strings.branches};
    const button = (name: 'previous' | 'next', step: number) => {
      const to = busy ? undefined : siblings[at + step];
      return html`<button class="tool" part=${`${name}-branch-button`} type="button" data-step=${step} aria-label=${texts[name]}
        title=${texts[name]} aria-disabled=${!to} @click=${() => void turn(to, step)}>${step < 0 ? previousIcon : nextIcon}</button>`;
    };
    const count = siblings.length.toLocaleString(lang);
    return html`<span class="branches" part="branches" role="group" aria-label=${positionOf(message)}>
      ${button('previous', -1)}<bdi aria-hidden="true">${(at + 1).toLocaleString(lang)}/${count}</bdi>${button('next', 1)}
    </span>`;
  });
}
