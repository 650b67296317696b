import type {Page} from 'playwright-core';
import type {Message} from '../../src/client.ts';

type ChatElement = HTMLElementTagNameMap['sse-chat'];

/** Waits until the last message of the demo's inline chat is an answer of that status with at least so much text. */
export async function answerOf(page: Page, status: Message['status'], length = 1): Promise<Message> {
  const met = page.waitForFunction(
    ([wanted, least]) => {
      const last = document.querySelector<ChatElement>('#inline')?.messages?.at(-1);
      const isMet = last?.role === 'assistant' && last.status === wanted && last.text.length >= least;
      return isMet ? last : undefined;
    },
    [status, length] as const,
    {polling: 5},
  );
  const handle = await met.catch(async error => {
    throw new Error(`waited in vain for an answer that is ${status}: ${await stateOf(page)}`, {cause: error});
  });
  return (await handle.jsonValue()) as Message;
}

/** What the inline chat shows, in a line. */
export function stateOf(page: Page): Promise<string> {
  return page.evaluate(() => {
    const chat = document.querySelector<ChatElement>('#inline');
    const messages = chat?.messages.map(({role, status, text, error}) => ({
      role,
      status,
      length: text.length,
      error,
    }));
    const root = chat?.shadowRoot;
    const buttons = [...(root?.querySelectorAll('button') ?? [])].map(button => button.textContent.trim());
    return JSON.stringify({messages, box: root?.querySelector('textarea')?.value, buttons});
  });
}
