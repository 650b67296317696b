import assert from 'node:assert/strict';
import {after, afterEach, before, beforeEach, describe, it} from 'node:test';
import type {Browser, BrowserContext, Locator, Page} from 'playwright-core';
import type {Turn} from '../../demo/backend.ts';
import {answerTo} from '../../demo/scripted-model.ts';
import {type Demo, startDemo} from '../../demo/server.ts';
import type {Message} from '../../src/client.ts';
import {launchChromium} from '../support/launch-chromium.ts';
import {type RunningServer, requestsOf, servers} from './servers.ts';

const asked = (...prompts: string[]): Turn[] => prompts.map(content => ({role: 'user', content}));
const explain = 'Explain how a stream works';
const explanation = answerTo(asked(explain));

let browser: Browser;
let demo: Demo;
before(async () => {
  demo = await startDemo({port: 0, quiet: true, built: true});
  browser = await launchChromium();
});
after(async () => {
  await browser?.close();
  await demo?.close();
});

/** The inline chat of the demo's page, as a person and as a page see it. */
class Chat {
  readonly element: Locator;
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
    this.element = page.locator('#inline');
  }

  async send(text: string): Promise<void> {
    await this.element.getByRole('textbox').fill(text);
    await this.element.getByRole('button', {name: 'Send'}).click();
  }

  button(name: string): Locator {
    return this.element.getByRole('button', {name, exact: true});
  }

  messages(): Promise<Message[]> {
    return this.element.evaluate(
      element => (element as HTMLElementTagNameMap['sse-chat']).messages as Message[],
    );
  }

  /** Waits until the last message is an answer with this status (and as long as this), and returns it. */
  async last(status: Message['status'], length = 0): Promise<Message> {
    await this.page.waitForFunction(
      ([wanted, characters]) => {
        const last = document.querySelector<HTMLElementTagNameMap['sse-chat']>('#inline')!.messages.at(-1);
        return last?.role === 'assistant' && last.status === wanted && last.text.length >= characters;
      },
      [status, length] as const,
    );
    return (await this.messages()).at(-1)!;
  }

  /** The answer as its first words come, which a busy machine would not see by looking now and then. */
  firstText(): Promise<Message> {
    return this.element.evaluate(
      element =>
        new Promise<Message>(resolve => {
          const chat = element as HTMLElementTagNameMap['sse-chat'];
          chat.addEventListener('chat-token', () => resolve(chat.messages.at(-1) as Message), {once: true});
        }),
    );
  }

  /** The last answer is whole: in the data, and as the transcript says it. */
  async hasAnswer(text: string): Promise<Message> {
    const message = await this.last('complete');
    assert.equal(message.text, text);
    await this.element
      .locator('article[data-role=assistant]')
      .last()
      .and(this.page.locator('[data-status=complete]'))
      .waitFor();
    return message;
  }
}

/**
 * What the server was asked for and how the answer says it was made, where it was gone on with like that. A reset throws
 * away what a page has not read; a busy one may have read nothing, and then the question is asked again.
 */
function ways(cut: 'eof' | 'reset', {segments}: Message, kind: string, mode: string): [string[], string[]] {
  const hadNothing = cut === 'reset' && segments?.[0]?.chars === 0;
  return hadNothing
    ? [
        ['send', 'send'],
        ['send', 'retry'],
      ]
    : [
        ['send', kind],
        ['send', mode],
      ];
}

/** Sets the fault panel as a person would, and waits until the server has it. */
async function choose(page: Page, set: (form: Locator) => Promise<void>): Promise<void> {
  const form = page.locator('#fault-form');
  await set(form);
  const taken = page.waitForResponse(
    response => response.url().endsWith('/demo/faults') && response.request().method() === 'POST',
  );
  await form.dispatchEvent('input');
  await taken;
}

const fault = (form: Locator, value: string) => form.locator(`input[name=fault][value="${value}"]`).check();

// Side by side: most of it is waiting for words.
describe('the demo’s page with each server', {concurrency: true}, () => {
  for (const {name, start} of servers) {
    describe(`the demo’s page with ${name}`, {concurrency: 1, timeout: 300_000}, () => {
      let server: RunningServer | undefined;
      let url: string;
      let context: BrowserContext;
      let page: Page;
      let chat: Chat;
      before(async () => {
        if (name !== 'Express') server = await start();
        url = server ? `${demo.url}/?server=${server.url}` : demo.url;
      });
      after(() => server?.close());
      beforeEach(async () => {
        context = await browser.newContext();
        page = await context.newPage();
        chat = new Chat(page);
        await open();
      });
      afterEach(() => context.close());

      async function open(): Promise<void> {
        await page.goto(url);
        await chat.element.getByRole('textbox').waitFor();
      }

      /** What the server has been asked for since. */
      async function requestsSince(): Promise<() => Promise<string[]>> {
        const place = server?.url ?? demo.url;
        const number = (await requestsOf(place)).at(-1)?.number ?? 0;
        return async () =>
          (await requestsOf(place)).filter(entry => entry.number > number).map(entry => entry.kind);
      }

      it('streams an answer token by token to its end', async () => {
        const requests = await requestsSince();
        const first = chat.firstText();
        await chat.send(explain);
        const open = await first;
        assert.equal(open.status, 'streaming');
        assert.ok(open.text.length > 0 && open.text.length < explanation.length);
        assert.ok(explanation.startsWith(open.text));
        const answer = await chat.hasAnswer(explanation);
        assert.equal(answer.segments, undefined);
        assert.ok((answer.metrics?.tokens ?? 0) > 100);
        assert.deepEqual(await requests(), ['send']);
      });

      it('keeps a conversation by its id', async () => {
        const ids = new Set<string>();
        page.on('request', request => {
          if (request.method() !== 'POST' || !request.url().endsWith('/api/chat')) return;
          const body = request.postDataJSON();
          ids.add(body.conversation_id).add(body.conversationId);
        });
        const prompts = ['My name is Ada', 'Tell me a joke', 'What did I ask before?'];
        for (const [index, prompt] of prompts.entries()) {
          await chat.send(prompt);
          await page.waitForFunction(
            count =>
              document.querySelector<HTMLElementTagNameMap['sse-chat']>('#inline')!.messages.length === count,
            2 * (index + 1),
          );
          await chat.hasAnswer(answerTo(asked(...prompts.slice(0, index + 1))));
        }
        assert.equal(ids.size, 1);
        await chat.button('New chat').click();
        await chat.send('What did I ask before?');
        await chat.hasAnswer(answerTo(asked('What did I ask before?')));
        assert.equal(ids.size, 2);
      });

      // How a connection breaks is not a server's doing: one of them is enough for the second way.
      for (const cut of name === 'Express' ? (['eof', 'reset'] as const) : (['eof'] as const)) {
        it(`makes one whole answer out of one that was cut (${cut}) and continued`, async () => {
          await choose(page, async form => {
            await fault(form, 'cutAfterTokens');
            await form.locator('select[name=cut]').selectOption(cut);
            await form.locator('input[name=resume]').uncheck();
          });
          const requests = await requestsSince();
          await chat.send(explain);
          const answer = await chat.hasAnswer(explanation);
          const [kinds, modes] = ways(cut, answer, 'continuation', 'continue-turn');
          assert.deepEqual(await requests(), kinds);
          assert.deepEqual(
            answer.segments?.map(segment => segment.mode),
            modes,
          );
        });

        it(`takes up a stream that was cut in mid-event (${cut}) where it was`, async () => {
          await choose(page, async form => {
            await fault(form, 'cutAtByte');
            await form.locator('select[name=cut]').selectOption(cut);
          });
          const requests = await requestsSince();
          await chat.send(explain);
          const [kinds] = ways(cut, await chat.hasAnswer(explanation), 'resume', 'resume');
          assert.deepEqual(await requests(), kinds);
        });
      }

      it('waits as long as a 429 asks for, says so, and succeeds', async () => {
        await choose(page, async form => {
          await fault(form, 'status429');
          await form.locator('input[name=retryAfter]').fill('2');
        });
        const requests = await requestsSince();
        const started = Date.now();
        const said = chat.element
          .getByText(/Retrying in \d s/)
          .first()
          .waitFor();
        await chat.send(explain);
        await said;
        await chat.hasAnswer(explanation);
        assert.ok(Date.now() - started >= 2000);
        assert.deepEqual(await requests(), ['send', 'send']);
      });

      for (const [what, value, sentence] of [
        ['a 500', 'status500', 'The server could not answer.'],
        ['a web page in place of a stream', 'htmlPage', 'The server sent something that is not an answer.'],
      ] as const) {
        it(`says what is wrong about ${what}, and answers on Retry`, async () => {
          await chat.element.evaluate(element => element.setAttribute('max-retries', '0'));
          await choose(page, form => fault(form, value));
          await chat.send(explain);
          await chat.last('error');
          await chat.element.getByText(sentence).first().waitFor();
          await chat.button('Retry').click();
          await chat.hasAnswer(explanation);
          assert.equal((await chat.messages()).length, 2);
        });
      }

      if (name !== 'Express') return; // A reload is the page's own affair.

      it('still has the answer after a reload, in which nothing is asked', async () => {
        await chat.send(explain);
        const before = await chat.hasAnswer(explanation);
        const requests = await requestsSince();
        await open();
        const after = await chat.hasAnswer(explanation);
        assert.equal(after.id, before.id);
        assert.deepEqual(await requests(), []);
      });

      it('goes on with an answer that a reload interrupted, without losing or doubling any of it', async () => {
        await choose(page, form => form.locator('input[name=tokensPerSecond]').fill('100'));
        await chat.send(explain);
        await chat.last('streaming', 200);
        await open();
        await chat.hasAnswer(explanation);
        assert.equal((await chat.messages()).length, 2);
      });
    });
  }
});

describe('the demo’s page, from the sources', {timeout: 300_000}, () => {
  let demo: Demo;
  let page: Page;
  const problems: string[] = [];
  before(async () => {
    demo = await startDemo({port: 0, quiet: true});
  });
  after(() => demo?.close());
  beforeEach(async () => {
    page = await browser.newPage();
    problems.length = 0;
    page.on('pageerror', error => problems.push(error.message));
    page.on('console', message => message.type() === 'error' && problems.push(message.text()));
    await page.goto(demo.url);
  });
  afterEach(() => page.close());

  it('answers in the popup of the script tag, in OpenAI’s dialect', async () => {
    await page.getByRole('button', {name: 'Open chat'}).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('Tell me a joke');
    const request = page.waitForRequest(each => each.method() === 'POST' && /completions$/.test(each.url()));
    await dialog.getByRole('button', {name: 'Send'}).click();
    assert.equal((await request).postDataJSON().model, undefined); // It is the provider's to name.
    await dialog.locator('article[data-role=assistant][data-status=complete]').waitFor();
    const [last] = await page
      .locator('sse-chat[mode=popup]')
      .evaluate(element => (element as HTMLElementTagNameMap['sse-chat']).messages.slice(-1) as Message[]);
    assert.equal(last?.text, answerTo(asked('Tell me a joke')));
    assert.deepEqual(problems, []);
  });

  it('streams into the page by the headless client, shows its code of at most 20 lines, and what the server saw', async () => {
    await page.getByRole('button', {name: 'Stream', exact: true}).click();
    await page.locator('#headless[data-status^=complete]').waitFor();
    assert.equal(await page.locator('#headless output').textContent(), answerTo(asked('Write a long essay')));
    await page.getByRole('cell', {name: 'POST /v1/chat/completions'}).first().waitFor();
    const code = (await page.locator('#headless-code').textContent()) ?? '';
    assert.match(code, /streamCompletion\(/);
    assert.ok(code.trim().split('\n').length <= 20);
    assert.deepEqual(problems, []);
  });

  it('says which requests are hit, and what is wrong about a number', async () => {
    const said = page.locator('#fault-status');
    await page.getByRole('radio', {name: 'Cut after'}).check();
    await said.getByText('Ready: each new answer is hit once.').waitFor();
    await page.getByRole('checkbox', {name: 'Every request'}).check();
    await said.getByText('Ready: every request is hit.').waitFor();
    for (const wrong of ['-5', '', '2.5']) {
      await page.getByRole('spinbutton', {name: 'Tokens before the cut'}).fill(wrong);
      await said.getByText('Not sent: each number must be a whole number, 0 or more.').waitFor();
      await page.getByRole('spinbutton', {name: 'Tokens before the cut'}).fill('4');
      await said.getByText('Ready').waitFor();
    }
    assert.deepEqual(problems, []);
  });

  it('needs no sideways scrolling at 360 and 1280 px', async () => {
    for (const width of [360, 1280]) {
      await page.setViewportSize({width, height: 800});
      await page.locator('sse-chat#inline').getByRole('textbox').waitFor();
      const [needed, there] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert.equal(needed, there);
    }
  });
});
