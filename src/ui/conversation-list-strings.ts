import type {ConversationListStrings} from './strings.ts';

/** Loaded with the list. */
export const english: ConversationListStrings = {
  search: 'Search conversations',
  empty: 'No conversations yet.',
  notFound: 'No results.',
  untitled: 'Untitled',
  pin: 'Pin',
  rename: 'Rename',
  delete: 'Delete',
  deleted: 'The conversation was deleted.',
  undo: 'Undo',
  exportJson: 'Export',
  exportMarkdown: 'Export as Markdown',
  import: 'Import',
  clear: 'Delete all',
  clearAll: 'Delete all conversations? This cannot be undone.',
};
