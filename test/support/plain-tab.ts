import type {Browser, CDPSession} from 'playwright-core';

/**
 * A tab as a user has it. Playwright makes its own pages believe that they are visible and focused, so these are opened
 * beside them, through the browser's own protocol.
 */
export interface PlainTab {
  /** The value of an expression in the page, as JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Like a user's click on the tab. */
  show(): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly id: number;
  readonly result?: {readonly result?: {readonly value?: unknown}};
}

/** @param background Behind the current tab, like a middle click on a link. */
export async function openPlainTab(browser: Browser, url: string, background = false): Promise<PlainTab> {
  const session = await browser.newBrowserCDPSession();
  const {targetId} = await session.send('Target.createTarget', {url, background});
  const {sessionId} = await session.send('Target.attachToTarget', {targetId, flatten: false});
  const ask = asker(session, sessionId);
  return {
    evaluate: async expression => {
      const reply = await ask('Runtime.evaluate', {expression: `JSON.stringify(${expression})`});
      const value = reply.result?.result?.value;
      return typeof value === 'string' ? JSON.parse(value) : undefined;
    },
    show: async () => {
      await session.send('Target.activateTarget', {targetId});
    },
    close: async () => {
      await session.send('Target.closeTarget', {targetId});
      await session.detach();
    },
  };
}

function asker(session: CDPSession, sessionId: string) {
  const waiting = new Map<number, (reply: Reply) => void>();
  let last = 0;
  session.on('Target.receivedMessageFromTarget', event => {
    const reply: Reply = JSON.parse(event.message);
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  return async (method: string, params: object): Promise<Reply> => {
    const id = ++last;
    const reply = new Promise<Reply>(resolve => waiting.set(id, resolve));
    await session.send('Target.sendMessageToTarget', {
      sessionId,
      message: JSON.stringify({id, method, params}),
    });
    return reply;
  };
}
