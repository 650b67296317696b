import {css} from './css.ts';

export const messageStyles = css`
  .message {
    border-radius: 6px;
  }
  .message:focus-visible {
    outline-offset: 6px;
  }
  .user > .body {
    align-self: flex-end;
    max-width: min(85%, 560px);
    padding: 8px 14px;
    border-radius: 18px;
    border-end-end-radius: 6px;
    background: var(--sse-chat-user-background, light-dark(#e9eefd, #2a3350));
    color: var(--sse-chat-user-text, var(--_text));
  }
  .user > .body,
  [data-html] {
    white-space: pre-wrap;
  }
  /* What is not whole does not look whole. */
  .cut > .body {
    margin-inline-start: -10px; /* Beside the text, whose lines do not break anew. */
    padding-inline-start: 8px;
    border-inline-start: 2px dashed var(--_field);
  }

  .thinking {
    display: flex;
    align-items: center;
    gap: 5px;
    height: 1.55em;
  }
  .thinking i {
    width: 7px;
    height: 7px;
    background: var(--_muted);
    animation: think 1.2s infinite;
  }
  .thinking i + i {
    animation-delay: 0.15s;
  }
  .thinking i + i + i {
    animation-delay: 0.3s;
  }
  .messages:has(+ .activity) .thinking {
    display: none;
  }
  @keyframes think {
    0%,
    60%,
    100% {
      opacity: 0.3;
      transform: none;
    }
    30% {
      opacity: 1;
      transform: translateY(-3px);
    }
  }

  blockquote {
    padding-inline-start: 12px;
    border-inline-start: 2px solid var(--_border);
  }

  .note,
  .ways,
  .tools,
  .suggestions {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px;
  }
  .note,
  .notice + .notice {
    margin-top: 8px;
  }
  .primary {
    border-color: var(--_accent);
    color: light-dark(var(--_accent), var(--_text));
  }

  .tools {
    --_button: 26px;
    gap: 4px;
    min-height: var(--_button);
    margin: 2px -5px -26px; /* In the gap between the messages. */
    opacity: 0;
  }
  .user .tools {
    justify-content: flex-end;
  }
  .user time {
    order: -1;
  }
  .message:is(:hover, :focus-within) > .tools,
  .assistant[data-last] > .tools {
    opacity: 1;
  }
  .assistant[data-last] > .tools {
    margin-block: 6px -6px;
  }
  .tool .icon {
    width: 17px;
  }
  time {
    padding-inline: 6px;
    font-size: 12px;
  }
  .assistant[data-last]:not(:hover, :focus-within) time {
    visibility: hidden;
  }
`;
