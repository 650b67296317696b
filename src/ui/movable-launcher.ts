import {nothing, render} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {iconButton} from './buttons.ts';
import {css} from './css.ts';
import {icon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {type Place, placeAfter, placeBeside, placeNear, places, sideOf} from './launcher-places.ts';
import {english} from './launcher-strings.ts';

const styles = css`
  [data-place] {
    --_sides: calc(var(--_offset) + max(env(safe-area-inset-left, 0px), env(safe-area-inset-right, 0px)));
  }
  [data-place] > .launcher {
    inset-inline: auto var(--_sides);
    touch-action: none;
    -webkit-touch-callout: none;
  }
  [data-place] > .bubble {
    inset-inline: auto var(--_sides);
    max-width: min(300px, 100% - 2 * var(--_sides));
    border-radius: min(var(--_radius), 20px);
  }
  [data-place$='start'] > :is(.launcher, .bubble) {
    inset-inline: var(--_sides) auto;
  }
  [data-place^='top'] > .launcher {
    inset-block: calc(var(--_offset) + env(safe-area-inset-top, 0px)) auto;
  }
  [data-place^='top'] > .bubble {
    inset-block: calc(var(--_offset) + 70px + env(safe-area-inset-top, 0px)) auto;
  }
  [data-place^='middle'] > .launcher {
    inset-block: calc(50% - 28px) auto;
  }
  [data-place^='middle'] > .bubble {
    inset-block: auto calc(50% + 42px);
    max-height: calc(50% - 42px - var(--_offset));
  }
  [data-dragged] > .launcher {
    cursor: grabbing;
  }
  [data-dragged] > .bubble {
    visibility: hidden;
  }
  @media (width > 480px) {
    [data-mode='panel'][data-place$='start'] > .panel {
      inset-inline: 0 auto;
      border-inline-width: 0 1px;
    }
  }
  @media (width > 480px) and (height <= 480px) {
    [data-mode='popup'][data-place$='start'] > .panel {
      inset-inline: 0 auto;
      border-inline-width: 0 1px;
    }
  }
  @media (width > 480px) and (height > 480px) {
    [data-mode='popup'][data-place] > .panel {
      inset-inline: auto var(--_sides);
      max-width: calc(100% - 2 * var(--_sides));
    }
    [data-mode='popup'][data-place^='top'] > .panel {
      inset-block: calc(var(--_offset) + 70px) auto;
    }
    [data-mode='popup'][data-place^='middle'] > .panel {
      inset-block: 0;
      inset-inline-end: calc(var(--_sides) + 70px);
      max-width: calc(100% - 2 * var(--_sides) - 70px);
      height: min(var(--sse-chat-popup-height, 660px), 100% - 2 * var(--_offset));
      margin-block: auto;
    }
    [data-mode='popup'][data-place$='start'] > .panel {
      inset-inline: var(--_sides) auto;
    }
    [data-mode='popup'][data-place='middle-start'] > .panel {
      inset-inline-start: calc(var(--_sides) + 70px);
    }
  }
`;

/** CSS pixels of movement from which a press is a drag and no click. */
const THRESHOLD = 8;
/** Milliseconds after a release within which its click comes. */
const CLICK_DELAY = 400;
/** A place is for the site, not for a conversation: whoever moved the launcher away expects it there tomorrow. */
const KEY = 'sse-chat:launcher';

const ARROWS = 'ArrowUp ArrowRight ArrowDown ArrowLeft';
const NAMES = ['top', 'middle', 'bottom'] as const;

/**
 * Lets users move the launcher to one of six places: by dragging it, with the arrow keys while it has the focus, and
 * with a button in the header, which goes once around. Fixed places, so that each way reaches all of them, and the
 * style sheet keeps the launcher inside any window. An open popup is beside it.
 */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const root = element.renderRoot.querySelector<HTMLElement>('.root')!;
  /** Holds the button in the header, beside what Lit draws there. */
  const holder = document.createElement('span');
  root.querySelector('slot[name=header]')!.after(holder);
  adoptStyles(root, styles);
  let place = stored();
  let press: {readonly id: number; readonly x: number; readonly y: number; dragged: boolean} | undefined;
  let released = Number.NEGATIVE_INFINITY;

  const launcherOf = () => root.querySelector<HTMLElement>('.launcher');
  const isRtl = () => getComputedStyle(root).direction === 'rtl';
  const isOn = () => element.movableLauncher && element.mode !== 'inline';
  /** The launcher's icon may be the page's own, in a slot. */
  function isOnLauncher(event: Event): boolean {
    const launcher = launcherOf();
    return launcher !== null && isOn() && event.composedPath().includes(launcher);
  }

  function update(): void {
    const on = isOn();
    if (on) root.dataset['place'] = place;
    else delete root.dataset['place'];
    const launcher = launcherOf();
    if (launcher) launcher.ariaKeyShortcuts = on ? ARROWS : null;
    const {colon} = inside().strings;
    const name = `${textsOf(inside()).move}${colon}${nameOf(place)}`;
    render(
      on
        ? iconButton(name, iconOf(place, isRtl()), 'quiet', () => move(placeAfter(place)), 'move-button')
        : nothing,
      holder,
    );
  }

  function nameOf(each: Place): string {
    const {row, isLeft} = sideOf(each, isRtl());
    return textsOf(inside())[`${NAMES[row]!}${isLeft ? 'Left' : 'Right'}`];
  }

  function move(to: Place): void {
    if (to === place) return;
    place = to;
    store(place);
    update();
    inside().say(nameOf(place));
  }

  /** Keeps the launcher inside the visible part of the window, also while that is zoomed. */
  function follow({clientX, clientY}: PointerEvent, {x, y}: {readonly x: number; readonly y: number}): void {
    const launcher = launcherOf()!;
    launcher.style.translate = '';
    const box = launcher.getBoundingClientRect();
    const {offsetLeft = 0, offsetTop = 0, width = innerWidth, height = innerHeight} = visualViewport ?? {};
    const within = (by: number, low: number, high: number) => Math.max(low, Math.min(by, high));
    const right = within(clientX - x, offsetLeft - box.left, offsetLeft + width - box.right);
    const down = within(clientY - y, offsetTop - box.top, offsetTop + height - box.bottom);
    launcher.style.translate = `${right}px ${down}px`;
  }

  /** Drops the launcher where it is. It moves to its place from there. */
  function drop(launcher: HTMLElement): void {
    const box = launcher.getBoundingClientRect();
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    move(placeNear(x / innerWidth, y / innerHeight, isRtl()));
    release(launcher, box);
  }

  function release(launcher: HTMLElement, from: DOMRect): void {
    launcher.style.translate = '';
    delete root.dataset['dragged'];
    if (matchMedia('(prefers-reduced-motion: reduce)').matches) return;
    const {left, top} = launcher.getBoundingClientRect();
    launcher.animate(
      {translate: [`${from.left - left}px ${from.top - top}px`, '0 0']},
      {duration: 180, easing: 'ease-out'},
    );
  }

  function onDown(event: PointerEvent): void {
    released = Number.NEGATIVE_INFINITY;
    if (!event.isPrimary || event.button !== 0 || !isOnLauncher(event)) return;
    const {pointerId: id, clientX: x, clientY: y} = event;
    press = {id, x, y, dragged: false};
    launcherOf()!.setPointerCapture(id);
  }

  function onMove(event: PointerEvent): void {
    if (event.pointerId !== press?.id || !isOn()) return;
    press.dragged ||= Math.hypot(event.clientX - press.x, event.clientY - press.y) >= THRESHOLD;
    if (!press.dragged) return;
    root.dataset['dragged'] = '';
    follow(event, press);
  }

  /** The launcher was released, or the drag was taken over by the system or by another drag. */
  function onEnd(event: PointerEvent): void {
    if (event.pointerId !== press?.id) return;
    const launcher = launcherOf();
    const {dragged} = press;
    press = undefined;
    if (!dragged || !launcher) return;
    released = event.timeStamp;
    if (event.type === 'pointerup') drop(launcher);
    else release(launcher, launcher.getBoundingClientRect());
  }

  /** The end of a drag is not a click. */
  function onClick(event: MouseEvent): void {
    if (event.timeStamp - released < CLICK_DELAY && isOnLauncher(event)) event.stopPropagation();
  }

  function onKeydown(event: KeyboardEvent): void {
    const {altKey, ctrlKey, metaKey, shiftKey} = event;
    if (altKey || ctrlKey || metaKey || shiftKey || !isOnLauncher(event)) return;
    const to = placeBeside(place, event.key, isRtl());
    if (!to) return;
    event.preventDefault(); // Otherwise the page would scroll.
    move(to);
  }

  root.addEventListener('pointerdown', onDown);
  root.addEventListener('pointermove', onMove);
  for (const type of ['pointerup', 'lostpointercapture'] as const) root.addEventListener(type, onEnd);
  root.addEventListener('click', onClick, true);
  root.addEventListener('keydown', onKeydown);
  // Otherwise an image or a link that the page put into the launcher would itself be dragged.
  root.addEventListener('dragstart', event => isOnLauncher(event) && event.preventDefault());
  element.addController({hostUpdated: update});
  update();
}

const textsOf = ({strings}: ChatInside) => ({...english, ...strings.launcher});

/** An icon of the window, and of where the launcher is in it. */
function iconOf(place: Place, isRtl: boolean) {
  const {row, isLeft} = sideOf(place, isRtl);
  return icon(`M3 4h18v16H3ZM${isLeft ? 6 : 15} ${[7, 10.5, 14][row]!}h3v3h-3Z`);
}

function stored(): Place {
  try {
    const found = localStorage[KEY] as Place; // Throws where the page may not store anything.
    if (places.includes(found)) return found;
  } catch {}
  return places[0]!;
}

function store(place: Place): void {
  try {
    localStorage[KEY] = place;
  } catch {}
}
