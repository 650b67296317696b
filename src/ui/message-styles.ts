import {css} from 'lit';

export const messageStyles = css`
  .message {
    min-inline-size: 0;
    border-radius: 6px;
    overflow-wrap: anywhere;
  }
  .root .message:focus-visible {
    outline-offset: 6px;
  }
  .user {
    display: flex;
    flex-direction: column;
    align-items: flex-end;
  }
  .user > .body {
    max-inline-size: min(85%, 560px);
    padding: 8px 14px;
    border-radius: 18px;
    border-end-end-radius: 6px;
    background: var(--_user);
    color: var(--_user-text);
    white-space: pre-wrap;
  }

  /* What is not whole does not look whole. */
  .message[data-status='interrupted'] > .body,
  .message[data-status='stopped'] > .body,
  .message[data-status='length'] > .body,
  .message[data-status='filtered'] > .body,
  .message.assistant[data-status='error'] > .body {
    padding-inline-start: 12px;
    border-inline-start: 2px dashed var(--_field);
  }

  .thinking {
    display: flex;
    align-items: center;
    gap: 5px;
    block-size: 1.55em;
  }
  .thinking i {
    inline-size: 7px;
    block-size: 7px;
    border-radius: 50%;
    background: var(--_muted);
    animation: think 1.2s ease-in-out infinite;
  }
  .thinking i:nth-of-type(2) {
    animation-delay: 0.15s;
  }
  .thinking i:nth-of-type(3) {
    animation-delay: 0.3s;
  }
  .transcript[data-state='waiting'] .thinking,
  .transcript[data-state='offline'] .thinking,
  .transcript[data-state='reconnecting'] .thinking {
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

  .reasoning {
    margin-block-end: 10px;
    color: var(--_muted);
    font-size: 0.93em;
  }
  .reasoning .plain {
    margin-block-start: 6px;
    padding-inline-start: 12px;
    border-inline-start: 2px solid var(--_border);
    white-space: pre-wrap;
  }
  summary {
    inline-size: fit-content;
    border-radius: 4px;
    cursor: pointer;
  }

  .note {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 8px 12px;
    margin-block-start: 10px;
    font-size: 0.93em;
    color: var(--_muted);
  }
  .message > .note:first-child,
  .body:empty + .note {
    margin-block-start: 0;
  }
  .note .sentence {
    margin: 0;
  }
  .note.loud .sentence {
    color: var(--_error);
  }
  .ways {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
  }
  .way {
    min-block-size: 32px;
    padding: 4px 14px;
    border: 1px solid var(--_border);
    border-radius: 16px;
    color: var(--_text);
    font-size: 0.93em;
    font-weight: 550;
    text-align: center;
  }
  .way:hover {
    background: var(--_surface);
  }
  .way.primary {
    border-color: var(--_accent);
    color: light-dark(var(--_accent), var(--_text));
  }
  .more {
    flex-basis: 100%;
    font-size: 0.93em;
  }
  .more ul {
    margin: 4px 0 0;
    padding-inline-start: 20px;
  }

  .tools {
    display: flex;
    align-items: center;
    gap: 2px;
    block-size: 26px;
    margin-block: 2px -26px; /* In the gap between the messages. */
    margin-inline: -5px;
    color: var(--_muted);
    opacity: 0;
    transition: opacity 0.12s;
  }
  .user .tools {
    flex-direction: row-reverse;
  }
  .message:hover > .tools,
  .message:focus-within > .tools,
  .assistant[data-last] > .tools {
    opacity: 1;
  }
  .assistant[data-last] > .tools {
    margin-block: 6px -6px;
  }
  .tool {
    display: grid;
    place-items: center;
    inline-size: 28px;
    block-size: 26px;
    border-radius: 8px;
  }
  .tool:hover {
    background: var(--_surface);
    color: var(--_text);
  }
  .tool .icon {
    inline-size: 17px;
    block-size: 17px;
  }
  .tools time {
    padding-inline: 6px;
    font-size: 12px;
    font-variant-numeric: tabular-nums;
  }
  .assistant[data-last]:not(:hover, :focus-within) > .tools time {
    visibility: hidden;
  }

  .editor {
    align-self: stretch;
    display: flex;
    flex-direction: column;
    gap: 8px;
    padding: 10px 12px;
    border: 1px solid var(--_field);
    border-radius: 16px;
  }
  .editor .box {
    inline-size: 100%;
    min-block-size: 3.2em;
    max-block-size: 240px;
    overflow-y: auto;
    field-sizing: content;
  }
  .root .editor .box:focus-visible {
    outline: none;
  }
  .editor:focus-within {
    border-color: var(--_accent);
    box-shadow: 0 0 0 1px var(--_accent);
  }
  .editor .ways {
    justify-content: flex-end;
  }

  @media (hover: none) {
    .tools {
      opacity: 1;
    }
  }
  @media (pointer: coarse) {
    .tools {
      block-size: 44px;
      margin-block: -2px -20px;
    }
    .tool {
      inline-size: 44px;
      block-size: 44px;
    }
    .way {
      min-block-size: 44px;
      border-radius: 22px;
    }
  }
`;
