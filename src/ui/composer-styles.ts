import {css} from 'lit';

export const composerStyles = css`
  .composer {
    flex: none;
    padding: 2px max(12px, (100% - var(--_measure)) / 2) 12px;
  }
  .field {
    display: flex;
    align-items: flex-end;
    gap: 6px;
    padding: 5px;
    border: 1px solid var(--_field);
    border-radius: min(var(--_radius) + 6px, 24px);
    background: var(--_background);
    cursor: text;
    transition: border-color 0.12s;
  }
  .field:focus-within {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  .box {
    all: unset;
    box-sizing: border-box;
    display: block;
    font: inherit;
    line-height: 1.45;
    color: var(--_text);
    white-space: pre-wrap;
    overflow-wrap: break-word;
    cursor: text;
    resize: none;
  }
  .field .box {
    flex: 1;
    min-inline-size: 0;
    min-block-size: 36px;
    max-block-size: 200px;
    padding: 7px 4px 7px 12px;
    overflow-y: auto;
    scrollbar-width: thin;
    field-sizing: content;
  }
  .field:dir(rtl) .box {
    padding: 7px 12px 7px 4px;
  }
  .root .field .box:focus-visible {
    outline: none; /* The whole field has the ring. */
  }
  .box::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  .send {
    flex: none;
    display: grid;
    place-items: center;
    inline-size: 36px;
    block-size: 36px;
    border-radius: 50%;
    background: var(--_accent);
    color: var(--_accent-text);
    transition: background-color 0.12s;
  }
  .send[aria-disabled='true'] {
    background: var(--_surface);
    color: var(--_muted);
  }
  .send:not([aria-disabled='true']):hover {
    filter: brightness(1.08);
  }
  ::slotted([slot='footer']) {
    flex: none;
    padding: 0 16px 10px;
    font-size: 12px;
    text-align: center;
  }
  @media (pointer: coarse) {
    .box {
      font-size: max(16px, 1em); /* Below 16 px iOS zooms in. */
    }
    .field .box {
      min-block-size: 44px;
      padding-block: 10px;
    }
    .send {
      inline-size: 44px;
      block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    .field:focus-within {
      outline: 2px solid Highlight;
    }
  }
`;
