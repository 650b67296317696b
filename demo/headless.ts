import {streamCompletion} from 'sse-chat/client';

const form = document.querySelector<HTMLFormElement>('#headless')!;
const output = form.querySelector('output')!;

form.addEventListener('submit', async event => {
  event.preventDefault();
  const content = String(new FormData(form).get('prompt'));
  const stream = streamCompletion({
    endpoint: '/v1/chat/completions',
    messages: [{role: 'user', content}],
  });
  output.textContent = '';
  for await (const event of stream.batches()) {
    for (const each of event) if (each.type === 'text') output.append(each.text);
  }
  const {status, metrics} = await stream.result();
  form.dataset['status'] = `${status} · ${metrics.tokens} tokens · ${metrics.requests} requests`;
});
