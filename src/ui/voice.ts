import {html, nothing, render} from 'lit';
import {adoptStyles} from './adopt-styles.ts';
import {css} from './css.ts';
import {dictation} from './dictation.ts';
import {alertIcon} from './icons.ts';
import type {ChatInside} from './inside.ts';
import {readAloud} from './read-aloud.ts';
import type {VoiceStrings} from './strings.ts';
import {english} from './voice-strings.ts';

const styles = css`
  .voice .notice {
    margin-bottom: 8px;
  }
  .mic {
    border-radius: 50%;
    margin-inline: -4px -2px;
  }
  .mic[aria-pressed='true'] {
    --_listens: var(--sse-chat-error, light-dark(#b3261e, #ff9b92));
    background: var(--_listens);
    color: var(--_background);
    animation: listen 1.6s infinite;
  }
  @keyframes listen {
    50% {
      box-shadow: 0 0 0 4px color-mix(in srgb, var(--_listens) 30%, transparent);
    }
  }
  .composer {
    container-type: inline-size;
  }
  @container (width < 400px) {
    .field:has(.mic) .camera {
      display: none; /* There would be no room to write; who picks a file on a phone is asked whether to take it. */
    }
  }
  /* Chromium asks the box for it, Firefox what is in the box. */
  .field:has(.mic) :placeholder-shown,
  .field:has(.mic) ::placeholder {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .reads[aria-pressed='true'] {
    color: var(--_accent);
  }
  @media (forced-colors: active) {
    .mic[aria-pressed='true'],
    .reads[aria-pressed='true'] {
      outline: 2px solid Highlight;
    }
  }
`;

/** What dictation and reading aloud need from the chat. */
export interface Voice {
  readonly inside: () => ChatInside;
  readonly texts: () => VoiceStrings;
  /** Whether the chat is visible, so that somebody may listen or speak. */
  readonly isShown: () => boolean;
  /** Shows and announces what went wrong; an empty text takes that back. */
  complain(problem: string): void;
}

/** Dictation and reading aloud, as far as the browser supports the Web Speech API. */
export function attach(inside: () => ChatInside): void {
  const {element} = inside();
  const form = element.renderRoot.querySelector('.composer')!;
  const place = Object.assign(document.createElement('div'), {className: 'voice'});
  const voice: Voice = {
    inside,
    texts: () => ({...english, ...inside().strings.voice}),
    isShown: () => element.voice && element.isConnected && (element.mode === 'inline' || element.open),
    complain(problem) {
      if (problem) inside().say(problem);
      render(
        problem
          ? html`<p class="notice loud" part="notice" dir="auto">${alertIcon}<span>${problem}</span></p>`
          : nothing,
        place,
      );
    },
  };
  form.prepend(place); // Beside what Lit draws there.
  adoptStyles(place, styles);
  const reading = readAloud(voice);
  dictation(voice, () => reading.stop());
}

/** The language that the page declares for the chat, else the browser's. */
export function languageAround(element: Element): string {
  return element.closest<HTMLElement>('[lang]')?.lang || document.documentElement.lang || navigator.language;
}
