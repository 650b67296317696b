export {createMarkdownRenderer} from './markdown/create-markdown-renderer.ts';
export type {MarkdownLabels, MarkdownOptions, MarkdownRenderer} from './markdown/markdown-renderer.ts';
