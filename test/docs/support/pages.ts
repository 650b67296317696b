import {readdirSync, readFileSync} from 'node:fs';
import {join} from 'node:path';

export const root = join(import.meta.dirname, '../../..');

/** A file of the project's, by its path from the top. */
export function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** The pages of prose, by their paths from the top. */
export function pages(): readonly string[] {
  const under = (folder: string) =>
    readdirSync(join(root, folder))
      .filter(name => name.endsWith('.md'))
      .map(name => `${folder}/${name}`);
  return ['README.md', 'ARCHITECTURE.md', 'CHANGELOG.md', ...under('docs'), ...under('docs/adr')];
}

export interface Example {
  readonly language: string;
  readonly code: string;
}

/** The code blocks of a page, in order. */
export function examplesOf(page: string): readonly Example[] {
  return [...page.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)].map(([, language = '', code = '']) => ({
    language,
    code,
  }));
}

/** The rows of the table whose first heading is `heading`, as the text of their cells. */
export function tableOf(page: string, heading: string): readonly (readonly string[])[] {
  const table = page.split(/\n\n+/).find(block => new RegExp(`^\\| ${heading} +\\|`).test(block));
  if (!table) throw new Error(`There is no table of "${heading}".`);
  const rows = table.trim().split('\n').slice(2);
  return rows.map(row =>
    row
      .split('|')
      .slice(1, -1)
      .map(cell => cell.trim()),
  );
}

/** The words in code style in a piece of Markdown. */
export function codeIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** The style sheet under each heading of docs/themes.md. */
export function themesOf(page: string): {readonly name: string; readonly css: string}[] {
  return [...page.matchAll(/## (.+)\n[^`]+```css\n([^`]+)```/g)].map(([, name = '', css = '']) => ({
    name,
    css,
  }));
}
