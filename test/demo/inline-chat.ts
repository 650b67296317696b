import type {Page} from 'playwright-core';
import type {Message} from '../../src/client.ts';

type ChatElement = HTMLElementTagNameMap['sse-chat'];

/** Waits until the last message of the demo's inline chat is an answer of that status with at least so much text. */
export async function answerOf(page: Page, status: Message['status'], length = 1): Promise<Message> {
  const handle = await page.waitForFunction(
    ([wanted, least]) => {
      const last = document.querySelector<ChatElement>('#inline')?.messages?.at(-1);
      const isMet = last?.role === 'assistant' && last.status === wanted && last.text.length >= least;
      return isMet ? last : undefined;
    },
    [status, length] as const,
    {polling: 5},
  );
  return (await handle.jsonValue()) as Message;
}
