import {addButtons as addPlain} from '../markdown/block-buttons.ts';
import type {Elements} from '../markdown/dom.ts';
import {adoptStyles} from './adopt-styles.ts';
import {english} from './block-strings.ts';
import {css} from './css.ts';
import type {ChatStrings} from './strings.ts';

const styles = css`
  /* In sight for as long as anything of its block is. */
  [data-bar] {
    flex-wrap: wrap;
    justify-content: flex-end;
    position: sticky;
    top: 0;
    inset-inline: 0; /* The table may have another direction. */
  }
  [data-bar] button {
    padding: 3px 9px;
  }
  [data-bar] :is(button:hover, [aria-pressed='true']) {
    background-color: var(--_background);
    color: var(--_text);
  }
  [data-bar] [aria-pressed='true'] {
    box-shadow: inset 0 0 0 1px var(--_field);
  }
  @media (forced-colors: active) {
    [data-bar] [aria-pressed='true'] {
      outline: 1px solid ButtonText;
    }
  }
  @media print {
    [data-bar] button {
      display: none;
    }
    [data-bar] {
      min-height: 0;
      padding-top: 6px;
    }
    /* On paper nothing is scrolled. */
    pre,
    th {
      white-space: pre-wrap;
    }
    pre,
    th,
    td {
      min-width: 0;
      overflow-wrap: anywhere;
    }
    th,
    td {
      padding-inline: 6px;
    }
  }
  @media (pointer: coarse) {
    [data-bar] button {
      min-width: 44px;
      min-height: 44px;
    }
  }
  /* What is seen of it stands within the bar. */
  @media (pointer: coarse) and (forced-colors: none) {
    [data-bar] button {
      border-block: 6px solid transparent;
      border-radius: 14px;
      background-clip: padding-box;
    }
  }
`;

/** Adds the buttons to the bar of a code block or table. */
export function addButtons(block: HTMLElement, elements: Elements, strings: ChatStrings): void {
  const {codeCopy, codeWrap, tableCopy, copied, image, colon} = {...english, ...strings};
  addPlain(block, elements, {
    copy: codeCopy,
    wrap: codeWrap,
    copyTable: tableCopy,
    copied,
    image: image + colon,
  });
  // Once it is in the shadow root.
  requestAnimationFrame(() => block.isConnected && adoptStyles(block, styles));
}
