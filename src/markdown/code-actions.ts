/** For `import()` only: if a module is also imported statically, the bundle keeps an object with all its exports. */
export {addButtons} from './block-buttons.ts';
