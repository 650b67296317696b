import type * as Markdown from '../../../src/markdown.ts';

/** A page of its own, where nothing was loaded yet, and modules come from where `imports` says. */
export async function openPageWith(imports: Readonly<Record<string, string>>) {
  const page = document.createElement('iframe');
  page.srcdoc = `<!doctype html><html lang="en"><title>A page</title>
    <script type="importmap">${JSON.stringify({imports})}</script>
    <script type="module">
      import * as markdown from '/src/markdown.ts';
      globalThis.markdown = markdown;
    </script><body></body></html>`;
  const loaded = new Promise(resolve => page.addEventListener('load', resolve));
  document.body.append(page);
  await loaded;
  const inner = page.contentWindow as Window & typeof globalThis & {markdown: typeof Markdown};
  const {body} = inner.document;
  return {
    page,
    inner,
    body,
    begin: (options?: Markdown.MarkdownOptions) =>
      inner.markdown.createMarkdownRenderer(body.appendChild(inner.document.createElement('div')), options),
    /** How often something was asked for whose address ends so. */
    requests: (name: string) =>
      inner.performance.getEntriesByType('resource').filter(entry => entry.name.endsWith(name)).length,
  };
}
