/** For `import()` alone: of a module that is imported in both ways a bundle has an object with all of it. */
export {addButtons} from './block-buttons.ts';
