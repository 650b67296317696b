import {assert} from 'chai';
import type {ConversationOptions} from '../../src/conversation/conversation.ts';
import '../../src/index.ts';
import {ChatError} from '../../src/protocol/chat-error.ts';
import type {ChatErrorEvent, ChatMessageEvent, ChatStatusEvent, ChatTokenEvent} from '../../src/ui/events.ts';
import {ChatSettings} from '../../src/ui/settings.ts';
import {FakeChat, messageOf} from './support/fake-conversation.ts';
import {activeIn, all, composer, drawn, mount, the, unmount, until} from './support/page.ts';

/** What is written to the console as an error while `act` runs. */
async function errorsOf(act: () => Promise<unknown>): Promise<string> {
  const real = console.error;
  const errors: unknown[] = [];
  console.error = (...values) => errors.push(...values);
  await act();
  console.error = real;
  return errors.join(' ');
}

async function fromMarkup(markup: string): Promise<FakeChat> {
  const range = document.createRange();
  document.body.append(range.createContextualFragment(markup));
  const chat = document.querySelector('fake-chat') as FakeChat;
  await until(() => chat.fakes.length > 0, 'a conversation');
  return chat;
}

describe('the element', () => {
  afterEach(unmount);

  it('makes requests of its attributes, and leaves out what is not set', async () => {
    const chat = await fromMarkup(
      `<fake-chat history="none" endpoint="/v1/chat/completions" dialect="openai" model="m" temperature="0.5" max-tokens="100"
        stop-sequences='["a", "b"]' instructions="Be brief." include-usage credentials="include" continuation="manual"
        max-continuations="1" connect-timeout="1" first-event-timeout="2" idle-timeout="3" max-retries="0"
        context="window" context-turns="4"></fake-chat>`,
    );
    assert.deepInclude({...chat.fake.options} as object, {
      endpoint: '/v1/chat/completions',
      dialect: 'openai',
      model: 'm',
      temperature: 0.5,
      maxTokens: 100,
      stopSequences: ['a', 'b'],
      instructions: 'Be brief.',
      includeUsage: true,
      credentials: 'include',
      continuation: 'manual',
      maxContinuations: 1,
      connectTimeout: 1,
      firstEventTimeout: 2,
      idleTimeout: 3,
      maxRetries: 0,
      context: 'window',
      contextTurns: 4,
    });
    assert.doesNotHaveAnyKeys(chat.fake.options, ['contextTokens', 'headers', 'fetch', 'prepareRequest']);
  });

  it('does without a number that an attribute does not have, and says so unless it is empty', async () => {
    let chat!: FakeChat;
    const errors = await errorsOf(async () => {
      chat = await fromMarkup(
        '<fake-chat history="none" endpoint="/a" max-tokens="" temperature=" " idle-timeout="30s" max-retries="0"></fake-chat>',
      );
    });
    assert.equal(chat.fake.options.maxRetries, 0);
    assert.doesNotHaveAnyKeys(chat.fake.options, ['maxTokens', 'temperature', 'idleTimeout']);
    assert.equal(errors.match(/not a number/g)?.length, 1, errors);
    assert.include(errors, '30s');
  });

  for (const asked of [false, true]) {
    it(`keeps its styles${asked ? ' and its stream' : ''} in another document, there and back`, async () => {
      const chat = await mount({feedback: asked});
      const root = chat.shadowRoot!;
      if (asked) void chat.send('Hi');
      // With feedback some come later.
      await until(() => root.adoptedStyleSheets.length > Number(asked), 'its styles');
      const rules = () => root.adoptedStyleSheets.reduce((sum, {cssRules}) => sum + cssRules.length, 0);
      const before = rules();
      const frame = document.createElement('iframe');
      document.body.append(frame);
      for (const page of [frame.contentDocument!, document, frame.contentDocument!, document]) {
        page.body.append(chat);
        await until(() => rules() >= before, 'its styles');
        assert.equal(getComputedStyle(root.querySelector('.panel')!).display, 'flex');
        if (!asked) continue;
        chat.fake.text(' and on');
        await until(() => /and on$/.test(root.querySelector('.list')!.textContent!.trim()), 'the text');
      }
      assert.isFalse(chat.fake.disposed);
      frame.remove();
    });
  }

  it('needs no endpoint where it has a transport, and looks at those to fall back on', async () => {
    const isSetUp = (chat: FakeChat) => !chat.shadowRoot?.textContent?.includes('not set up correctly');
    const chat = await mount({endpoint: null, transport: {open: () => ({events: new ReadableStream()})}});
    assert.isTrue(isSetUp(chat));
    chat.transport = undefined;
    await drawn(chat);
    assert.isFalse(isSetUp(chat));
    chat.endpoint = '/a';
    await drawn(chat);
    assert.isTrue(isSetUp(chat));
    chat.fallbackEndpoints = ['ftp://example.com/'];
    await drawn(chat);
    assert.isFalse(isSetUp(chat));
  });

  it('hands on what sums up and what finds passages', async () => {
    const handed = ({fake}: FakeChat) => {
      const {context, summarize, retrieve} = fake.options as ConversationOptions;
      return [context, summarize, retrieve];
    };
    const markup =
      '<fake-chat history="none" endpoint="/a" context="summary" summarize="endpoint"></fake-chat>';
    assert.deepEqual(handed(await fromMarkup(markup)), ['summary', 'endpoint', undefined]);
    const [summarize, retrieve] = [() => 'All.', () => ['Alpha.']];
    const chat = await mount({context: 'summary', summarize, retrieve});
    assert.deepEqual(handed(chat), ['summary', summarize, retrieve]);
  });

  it('goes on after a length limit only where it is asked to', async () => {
    const chat = await fromMarkup('<fake-chat history="none" endpoint="/a" continue-length></fake-chat>');
    assert.propertyVal(chat.fake.options, 'continueLength', true);
    chat.continueLength = false;
    await drawn(chat);
    assert.propertyVal(chat.fake.configured.at(-1), 'continueLength', undefined);
  });

  it('hands on whom else to ask, from a list', async () => {
    const chat = await fromMarkup(
      '<fake-chat history="none" endpoint="/a" fallback-models="b  c" fallback-endpoints="/b"></fake-chat>',
    );
    assert.deepEqual(chat.fallbackModels, ['b', 'c']);
    assert.deepNestedPropertyVal(chat.fake.options, 'fallbackEndpoints', ['/b']);
    const transport = {open: () => ({events: new ReadableStream()})};
    chat.transport = transport;
    await chat.updateComplete;
    assert.propertyVal(chat.fake.configured.at(-1), 'transport', transport);
  });

  it('keeps properties that were set before the upgrade', async () => {
    const early = document.createElement('late-chat') as FakeChat;
    const headers = {authorization: 'Bearer x'};
    Object.assign(early, {endpoint: '/early', history: 'none', headers, config: {model: 'm'}});
    document.body.append(early);
    class LateChat extends FakeChat {}
    customElements.define('late-chat', LateChat);
    await until(() => early.fakes?.length > 0, 'a conversation');
    await drawn(early);
    const options = {...early.fake.options, ...Object.assign({}, ...early.fake.configured)};
    assert.equal(options.endpoint, '/early');
    assert.equal(options.headers, headers);
    assert.equal(options.model, 'm');
    early.remove();
  });

  it('merges what config is set to, and refuses what it does not know', async () => {
    const chat = await mount();
    chat.config = {model: 'a', temperature: 1};
    chat.config = {model: 'b'};
    assert.deepEqual([chat.model, chat.temperature], ['b', 1]);
    const hostile = JSON.parse('{"__proto__": {"polluted": 1}, "onclick": "x", "innerHTML": "<b>"}');
    const errors = await errorsOf(async () => {
      chat.config = hostile;
    });
    assert.include(errors, 'innerHTML');
    assert.isNull(chat.onclick);
    assert.notProperty({}, 'polluted');
  });

  it('is drawn in a task of its own', async () => {
    const chat = Object.assign(document.createElement('fake-chat') as FakeChat, {history: 'none'});
    document.body.append(chat);
    for (let turn = 0; turn < 100; turn++) await Promise.resolve();
    assert.isFalse(chat.hasUpdated);
    await chat.updateComplete;
    assert.isTrue(chat.hasUpdated);
  });

  it('says that a word is none of those that a setting has, and leaves it at its default', async () => {
    let chat!: FakeChat;
    const errors = await errorsOf(async () => {
      chat = await fromMarkup(
        '<fake-chat endpoint="/a" mode="pop-up" history="session" continuation="never" context="all" theme="" announce="off"></fake-chat>',
      );
    });
    for (const word of ['pop-up', 'session', 'never', 'all', ''])
      assert.include(errors, `"${word}" is ignored: it is not one of `);
    assert.notInclude(errors, '"off"');
    assert.include(
      {
        mode: chat.mode,
        history: chat.history,
        continuation: chat.continuation,
        context: chat.context,
        theme: chat.theme,
        announce: chat.announce,
      },
      {
        mode: 'inline',
        history: 'indexeddb',
        continuation: 'auto',
        context: 'budget',
        theme: 'auto',
        announce: 'off',
      },
    );
    chat.setAttribute('continuation', 'manual');
    assert.strictEqual(chat.continuation, 'manual');
    chat.removeAttribute('continuation');
    assert.strictEqual(chat.continuation, 'auto');
  });

  it('takes a text that is empty for a setting that was not made', async () => {
    const chat = await fromMarkup(
      '<fake-chat endpoint="/a" dialect="" model="" instructions="" summarize=""></fake-chat>',
    );
    assert.doesNotHaveAnyKeys(chat.fake.options, ['dialect', 'model', 'instructions', 'summarize']);
  });

  it('offers one suggestion where a template has a text for the list', async () => {
    const chat = await mount({suggestions: 'Tell me a joke' as unknown as string[]});
    const offered = () => all(chat, 'button').filter(each => each.matches('.suggestion'));
    const labels = () => offered().map(({textContent}) => textContent?.trim());
    assert.deepEqual(labels(), ['Tell me a joke']);
    chat.suggestions = null;
    await drawn(chat);
    assert.deepEqual(labels(), []);
  });

  // React, Vue and Preact set properties by what a template has, where the element has one of that name.
  it('reads a text that a property is set to as that of the attribute', async () => {
    const chat = await mount();
    const texts = {
      temperature: '0.5',
      maxTokens: ' ',
      fallbackModels: 'b  c',
      imageOrigins: 'https://a.example',
    };
    const words = {history: 'session', theme: 'Dark', credentials: 'all', context: 'window'};
    const errors = await errorsOf(async () => {
      Object.assign(chat, texts, words, {maxRetries: '4x'});
      chat.config = JSON.parse('{"continuation": "never"}');
      await drawn(chat);
    });
    for (const word of ['session', 'Dark', 'all', 'never'])
      assert.include(errors, `"${word}" is ignored: it is not one of `);
    assert.include(errors, '"4x" is ignored: it is not a number');
    const {history, theme, credentials, context, continuation, maxRetries} = chat;
    assert.deepEqual([history, theme, credentials], ['indexeddb', 'auto', 'same-origin']);
    assert.deepEqual([context, continuation, maxRetries], ['window', 'auto', null]);
    assert.deepEqual(chat.imageOrigins, ['https://a.example']);
    const options = Object.assign({}, chat.fake.options, ...chat.fake.configured) as Record<string, unknown>;
    assert.deepEqual([options['temperature'], options['maxTokens']], [0.5, undefined]);
    assert.deepEqual(options['fallbackModels'], ['b', 'c']);
  });

  it('has the default of a property that is set to nothing', async () => {
    for (const nothing of [undefined, null]) {
      const names = Object.keys(ChatSettings.properties).filter(
        name => !/^(endpoint|history|config)$/.test(name),
      );
      const chat = await mount(Object.fromEntries(names.map(name => [name, nothing])));
      assert.deepEqual(chat.imageOrigins, []);
      assert.deepEqual([chat.mode, chat.theme, chat.announce], ['inline', 'auto', 'complete']);
      assert.isFalse(chat.isUpdatePending);
      assert.exists(chat.shadowRoot?.querySelector('textarea'));
    }
  });

  it('uses changed settings from the next answer on', async () => {
    const chat = await mount({temperature: 1});
    assert.propertyVal(chat.fake.options, 'temperature', 1);
    chat.model = 'other';
    chat.temperature = null;
    await drawn(chat);
    const options = Object.assign({}, chat.fake.options, ...chat.fake.configured);
    assert.deepEqual([options.model, options.temperature], ['other', undefined]);
    assert.lengthOf(chat.fakes, 1);
  });

  for (const key of ['sk-proj-1234', 'gsk_1234', 'AIzaSy1234', 'xoxb-1234']) {
    it(`refuses ${key} in an attribute, and does not send it`, async () => {
      let chat!: FakeChat;
      const errors = await errorsOf(async () => {
        chat = await fromMarkup(
          `<fake-chat history="none" endpoint="/a" model="${key}" api-key="${key}"></fake-chat>`,
        );
      });
      assert.include(errors, 'model');
      assert.include(errors, 'api-key');
      assert.notInclude(errors, key);
      assert.notInclude(JSON.stringify(chat.fake.options), key);
    });
  }

  for (const [title, endpoint] of [
    ['none', null],
    ['one that is neither https nor near', 'http://example.com/chat'],
    ['one that is no web address', 'ftp://example.com/chat'],
  ] as const) {
    it(`says that it is not set up with ${title} as endpoint`, async () => {
      let chat!: FakeChat;
      const errors = await errorsOf(async () => {
        chat = await mount({endpoint});
      });
      assert.include(errors, 'endpoint');
      assert.include(chat.shadowRoot?.textContent ?? '', 'This chat is not set up correctly.');
      chat.endpoint = 'https://example.com/chat';
      await drawn(chat);
      assert.notInclude(chat.shadowRoot?.textContent ?? '', 'This chat is not set up correctly.');
    });
  }

  it('keeps its stream when it is moved, and closes it when it is removed', async () => {
    const chat = await mount();
    void chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    const other = document.body.appendChild(document.createElement('div'));
    other.append(chat);
    await Promise.resolve();
    assert.isFalse(chat.fake.disposed);
    chat.fake.text('Still here');
    await drawn(chat);
    assert.include(the(chat, 'log').textContent, 'Still here');
    const {fake} = chat;
    other.remove();
    await Promise.resolve();
    assert.isTrue(fake.disposed);
    document.body.append(chat);
    await until(() => chat.fakes.length === 2, 'a new conversation');
  });

  it('tells of an answer: status, text, the message, its measurements', async () => {
    const chat = await mount();
    const told: string[] = [];
    document.addEventListener('chat-status', event => told.push((event as ChatStatusEvent).status), {
      once: true,
    });
    chat.addEventListener('chat-token', event => told.push(`token ${(event as ChatTokenEvent).text}`));
    chat.addEventListener('chat-message', event => {
      const {message} = event as ChatMessageEvent;
      told.push(`${message.status} ${message.text}`);
    });
    chat.addEventListener('chat-metrics', event => told.push(`${event.metrics.tokens} tokens`));
    const answer = chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.text('Hi');
    chat.fake.text(' there');
    chat.fake.end('complete', {metrics: {tokens: 2} as never});
    assert.equal((await answer).text, 'Hi there');
    assert.deepEqual(told, ['submitted', 'token Hi', 'token  there', 'complete Hi there', '2 tokens']);
    assert.equal(chat.status, 'ready');
    assert.equal(chat.metrics?.tokens, 2);
    assert.deepEqual(
      chat.messages.map(each => each.text),
      ['Hello', 'Hi there'],
    );
  });

  it('tells of its status when another conversation is shown, and when it is taken away', async () => {
    const chat = await mount();
    const told: string[] = [];
    chat.addEventListener('chat-status', ({status, retryAt}) => told.push(`${status} ${retryAt}`));
    const ask = async () => {
      void chat.send('Hello');
      await until(() => chat.fake.calls.length > 0, 'a request');
      chat.fake.set({status: 'waiting', retryAt: 5});
      told.length = 0;
    };
    await ask();
    chat.conversationId = 'another';
    await until(() => chat.fakes.length === 2, 'another conversation');
    assert.deepEqual(told, ['ready undefined']);
    await ask();
    chat.remove();
    await Promise.resolve();
    assert.deepEqual(told, ['ready undefined']);
    assert.equal(chat.status, 'ready');
  });

  it('tells of an error, whether the answer failed or could not be asked for', async () => {
    const chat = await mount();
    const kinds: string[] = [];
    chat.addEventListener('chat-error', event => kinds.push((event as ChatErrorEvent).error.kind));
    void chat.send('Hello');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.end('error', {error: {kind: 'network', message: 'Failed to fetch'}});
    assert.deepEqual(kinds, ['network']);
    await drawn(chat);
    chat.fake.failure = new ChatError('configuration', 'The endpoint is not a URL.');
    const errors = await errorsOf(async () => {
      the(chat, 'button', 'Retry').click();
      await until(() => kinds.length === 2, 'another error');
    });
    assert.deepEqual(kinds, ['network', 'configuration']);
    assert.include(errors, 'The endpoint is not a URL.');
  });

  it('greets and offers suggestions while there is no message, and sends the one that is taken', async () => {
    const chat = await mount({greeting: 'Hello!', suggestions: ['What can you do?']});
    assert.include(the(chat, 'log').textContent, 'Hello!');
    the(chat, 'button', 'What can you do?').click();
    await until(() => chat.fake.calls.length > 0, 'a request');
    assert.deepEqual(chat.fake.calls, ['send What can you do?']);
    await drawn(chat);
    assert.notInclude(the(chat, 'log').textContent, 'Hello!');
  });

  it('offers what is suggested after an answer below it, until the next question', async () => {
    const chat = await mount({suggestions: ['Hi']});
    const offered = () => all(chat, 'button').filter(each => each.matches('.suggestion'));
    void chat.send('One?');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.suggestions = ['Hi']; // As a framework does that draws its page anew.
    chat.fake.text('Two.');
    chat.addEventListener(
      'chat-message',
      () => {
        chat.suggestions = ['Why?', 'How?'];
      },
      {once: true},
    );
    await drawn(chat);
    assert.lengthOf(offered(), 0);
    chat.fake.end('complete');
    await until(() => offered().length === 2, 'suggestions');
    assert.equal(offered()[0]!.closest('ul')?.ariaLabel, 'Suggestions');
    const [message] = all(chat, 'article').slice(-1);
    assert.equal(message!.compareDocumentPosition(offered()[0]!), Node.DOCUMENT_POSITION_FOLLOWING);

    offered()[0]!.focus();
    offered()[0]!.click();
    await until(() => offered().length === 0, 'the question');
    assert.equal(activeIn(chat), the(chat, 'textbox'), 'the focus is not lost');
    assert.deepEqual(chat.fake.calls, ['send One?', 'send Why?']);
    chat.fake.text('So.');
    chat.fake.end('complete');
    await drawn(chat);
    assert.lengthOf(offered(), 0, 'they were about the answer before');
    chat.suggestions = ['Hi'];
    await drawn(chat);
    assert.lengthOf(offered(), 0, 'they are for the start');
    chat.suggestions = ['Why?'];
    await until(() => offered().length === 1, 'the same once more');
    chat.suggestions = [];
    await until(() => offered().length === 0, 'none');
  });

  it('speaks the texts that it is given, and English where it is given none', async () => {
    const chat = await mount({strings: {send: 'Senden', errors: {network: 'Keine Verbindung.'}}});
    the(chat, 'button', 'Senden');
    the(chat, 'button', 'New chat');
    void chat.send('Hallo');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.end('error', {error: {kind: 'network', message: 'x'}});
    await drawn(chat);
    assert.include(the(chat, 'log').textContent, 'Keine Verbindung.');
  });

  it('shows what the page puts into its slots in each mode, also once there are messages', async () => {
    for (const mode of ['inline', 'popup', 'panel', 'fullscreen'] as const) {
      const chat = await mount({mode, open: true});
      for (const slot of ['header', 'footer']) {
        const button = Object.assign(document.createElement('button'), {slot, textContent: slot});
        chat.append(button);
      }
      chat.fake.set({settled: [messageOf('user', 'Hi'), messageOf('assistant', 'Hello.')]});
      await drawn(chat);
      const box = composer(chat).getBoundingClientRect();
      const log = the(chat, 'log').getBoundingClientRect();
      const [header, footer] = [...chat.querySelectorAll('button')].map(each => each.getBoundingClientRect());
      assert.isAbove(header!.height, 0, mode);
      assert.isAtMost(header!.bottom, log.top, mode);
      assert.isAtLeast(footer!.top, box.bottom, mode);
      await unmount();
    }
  });

  it('begins another conversation', async () => {
    const chat = await mount();
    const ids: string[] = [];
    chat.addEventListener('chat-conversation', event => ids.push(event.conversationId));
    chat.fake.set({settled: [messageOf('user', 'Old')]});
    await drawn(chat);
    the(chat, 'button', 'New chat').click();
    await until(() => chat.fakes.length === 2, 'a new conversation');
    await drawn(chat);
    assert.lengthOf(all(chat, 'article'), 0);
    assert.isTrue(chat.fakes[0]?.disposed);
    assert.deepEqual(ids, [chat.fake.state.info.id]);
  });

  for (const name of ['newConversation', 'clear'] as const) {
    it(`asks in the conversation that ${name}() begins, where it is not waited for`, async () => {
      const chat = await mount();
      void chat[name]();
      const answer = chat.send('Hello');
      await until(() => chat.fakes.length === 2 && chat.fake.calls.length > 0, 'a request');
      assert.deepEqual(
        chat.fakes.map(({calls}) => calls),
        [['stop'], ['send Hello']],
      );
      chat.fake.text('Hi');
      chat.fake.end('complete');
      assert.equal((await answer).text, 'Hi');
    });
  }

  it('gives its history away and takes it back', async () => {
    const chat = await mount({history: 'memory'});
    await chat.importHistory({
      messages: [
        {role: 'user', text: 'Hi'},
        {role: 'assistant', text: 'Hello'},
      ],
    });
    assert.deepEqual(
      chat.messages.map(({role, text}) => [role, text]),
      [
        ['user', 'Hi'],
        ['assistant', 'Hello'],
      ],
    );
    const exported = JSON.stringify(await chat.exportHistory('json'));
    assert.include(await chat.exportHistory('markdown'), '**You**\n\nHi');
    const other = await mount({history: 'memory'});
    await other.importHistory(exported);
    assert.deepEqual(other.messages, chat.messages);
    assert.lengthOf(other.conversations, 1);
    await other.clear();
    assert.lengthOf(other.messages, 0);
    assert.lengthOf(other.conversations, 0);
  });
});
