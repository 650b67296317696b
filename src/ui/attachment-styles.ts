import {css} from './css.ts';

export const attachmentStyles = css`
  .field:has(.attach) {
    padding-inline-start: 5px;
  }
  .field:has(.attach) ::placeholder {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .pickers {
    display: flex;
    margin-inline-end: -4px;
  }
  .pickers button {
    border-radius: 50%;
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    max-height: 190px;
    padding: 3px; /* Room for the ring of what has the focus. */
    margin: 0 -3px 5px;
    overflow-y: auto;
    list-style: none;
  }
  .chip {
    display: flex;
    align-items: center;
    gap: 8px;
    min-width: 0;
    max-width: 100%;
    padding: 4px;
    padding-inline-start: 6px;
    border: 1px solid var(--_border);
    border-radius: 12px;
    background: var(--_surface);
    font-size: 0.87em;
    line-height: 1.35;
  }
  .chip > * {
    margin-block: 0;
  }
  .chip canvas {
    flex: none;
    width: 36px;
    height: 36px;
    border-radius: 8px;
    object-fit: cover;
  }
  .chip > .icon {
    margin: 8px;
    color: var(--_muted);
  }
  .about {
    display: grid;
    min-width: 0;
    max-width: 220px;
  }
  .name {
    justify-self: start; /* Not by its own direction. */
    max-width: 100%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .size {
    color: var(--_muted);
  }
  .chip progress {
    width: 90px;
    height: 6px;
    accent-color: var(--_accent);
  }
  .insert {
    color: var(--_accent);
    text-decoration: underline;
  }
  .chip .remove {
    width: 28px;
    height: 28px;
    border-radius: 50%;
  }
  .remove .icon {
    width: 16px;
  }
  .tray .notice {
    margin-block-end: 8px;
  }
  .drop {
    position: absolute;
    inset: 8px;
    z-index: 1;
    display: grid;
    place-items: center;
    padding: 16px;
    border: 2px dashed var(--_accent);
    border-radius: 12px;
    background: color-mix(in srgb, var(--_background) 90%, transparent);
    font-weight: 600;
    text-align: center;
    pointer-events: none;
  }
  .camera {
    display: none;
  }
  @media (pointer: coarse) {
    .camera {
      display: grid;
    }
    .chip .remove,
    .insert {
      min-width: 44px;
      min-height: 44px;
    }
    .insert {
      display: flex;
      align-items: center;
    }
  }
  @media (forced-colors: active) {
    .chip {
      border-color: CanvasText;
    }
    .drop {
      border-color: Highlight;
    }
  }
`;
