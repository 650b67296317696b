import {css} from './css.ts';

/** The composer. A message being edited has the same field. */
export const composerStyles = css`
  .field {
    border: 1px solid var(--_field);
    cursor: text;
    display: flex;
    align-items: flex-end;
    gap: 6px;
    padding: 5px;
    padding-inline-start: 13px;
    border-radius: min(var(--_radius) + 6px, 24px);
    background: var(--_background);
  }
  .field:focus-within {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent); /* The box itself has no ring. */
  }
  .field,
  .send {
    transition: 0.12s;
  }
  .tools {
    transition: opacity 0.12s;
  }
  .field textarea {
    all: unset;
    box-sizing: border-box;
    flex: 1;
    min-height: var(--_button);
    max-height: min(200px, 50vh - 80px);
    padding: calc((var(--_button) - 1lh) / 2) 4px;
    overflow-y: auto;
    scrollbar-width: thin;
    field-sizing: content;
    white-space: pre-wrap;
    overflow-wrap: break-word;
  }
  ::placeholder {
    opacity: 1;
  }
  :placeholder-shown {
    direction: inherit; /* An empty box has no text that says it. */
    unicode-bidi: initial; /* Else Firefox draws the placeholder beside the box. */
  }
  .send {
    background: var(--_accent);
    color: var(--sse-chat-accent-text, light-dark(#fff, #10131f));
  }
  .send[aria-disabled='true'] {
    background: var(--_surface);
    color: var(--_muted);
    filter: none;
    cursor: default;
  }
  ::slotted([slot='footer']) {
    padding: 0 16px 10px;
    font-size: 12px;
    text-align: center;
  }
`;
