import {createMarkdownRenderer} from 'sse-chat/markdown';

const form = document.querySelector<HTMLFormElement>('#stream')!;
const status = document.querySelector('#drawn-status')!;
const renderer = createMarkdownRenderer(document.querySelector<HTMLElement>('#drawn')!, {codeActions: true});

/** Milliseconds between two pieces. */
const PAUSE = 20;

const EXAMPLE = `# Markdown while it comes

Marks that are **half typed** are never seen, and a [link](https://example.com/a_long_address) leads nowhere before it is whole.
The label of [this one][late] is defined at the end.

- [x] tables, ~~strikethrough~~, tasks, https://example.com
- [ ] an image is a link until the page allows its origin: ![a cat](https://example.com/cat.png)
- <b onclick="alert(1)">raw HTML</b> is the text that it is, and [this](javascript:alert(1)) leads nowhere
- [https://bank.example](https://evil.example) says where it goes

| Shape | Cost of a token |
| :---- | --------------: |
| list  | the same        |
| table | the same        |

\`\`\`ts
for await (const piece of pieces) renderer.append(piece);
await renderer.end();
\`\`\`

> 1. Quotes
> 2. and lists in them

[late]: https://example.com/late
`;

let timer: ReturnType<typeof setTimeout> | undefined;

form.addEventListener('submit', event => {
  event.preventDefault();
  const fields = new FormData(form);
  const text = String(fields.get('text')).replace(/\r\n/g, '\n');
  const step = Math.max(1, Math.round((Number(fields.get('speed')) * PAUSE) / 1000));
  clearTimeout(timer);
  renderer.reset();
  status.textContent = '';
  let at = 0;
  const next = async () => {
    renderer.append(text.slice(at, at + step));
    at += step;
    if (at < text.length) timer = setTimeout(next, PAUSE);
    else {
      await renderer.end();
      status.textContent = `${text.length} characters`;
    }
  };
  void next();
});

form.querySelector('textarea')!.value = EXAMPLE;
form.requestSubmit();
