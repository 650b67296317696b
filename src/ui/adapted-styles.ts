import {css} from './css.ts';

/** Adjustments for touch, forced colours, reduced motion and print. Comes after the styles that it overrides. */
export const adaptedStyles = css`
  @media (hover: none) {
    .tools {
      opacity: 1;
    }
  }
  @media (pointer: coarse) {
    .root,
    .tools {
      --_button: 44px;
    }
    [data-bar] {
      min-height: 44px;
    }
    .tools {
      margin: -2px -13px -20px;
    }
    .field textarea {
      font-size: max(16px, 1em); /* Below 16 px iOS zooms in. */
    }
  }
  @media (forced-colors: active) {
    .launcher,
    .send,
    .user > .body {
      border: 1px solid ButtonText;
    }
    .field:focus-within,
    :focus-visible {
      outline: 2px solid Highlight;
    }
    .thinking i {
      background: CanvasText;
    }
  }
  @media (prefers-reduced-motion: reduce) {
    .root * {
      animation: none !important;
      transition: none !important;
    }
  }
  @media print {
    .root {
      color-scheme: light;
    }
    .jump,
    .suggestion,
    .way,
    .quiet,
    .tools,
    .launcher,
    .composer {
      display: none;
    }
    :host,
    .panel,
    .transcript {
      position: static !important;
      height: auto !important;
      overflow: visible;
    }
  }
`;
