import {assert} from 'chai';
import {FakeChat, messageOf} from './support/fake-conversation.ts';
import {activeIn, all, drawn, mount, spoken, the, unmount, until, write} from './support/page.ts';
import {showState} from './support/states.ts';

/** `composer` finds it by its English name. */
const box = (chat: FakeChat) => chat.shadowRoot!.querySelector('textarea')!;
const placeholder = (chat: FakeChat) => box(chat).placeholder;
const root = (chat: FakeChat) => chat.shadowRoot?.querySelector<HTMLElement>('.root');
/** The plain hyphens and spaces of what `Intl` writes. */
const plain = (text: string | null | undefined) => (text ?? '').replace(/\s+/g, ' ');

/** The first thing that a chat of this language says. */
async function firstWords(lang: string): Promise<string> {
  const chat = new FakeChat();
  Object.assign(chat, {lang, history: 'none', endpoint: '/chat'});
  document.body.append(chat);
  await chat.updateComplete;
  return placeholder(chat);
}

describe('the language', () => {
  afterEach(() => {
    unmount();
    document.documentElement.removeAttribute('lang');
    document.documentElement.removeAttribute('dir');
  });

  it('is Arabic from the first drawing, from right to left, with its numbers and plurals', async () => {
    const chat = await mount({lang: 'ar-EG', mode: 'popup'});
    assert.equal(the(chat, 'button', 'فتح الدردشة').title, '');
    assert.equal(root(chat)?.dir, 'rtl');
    await chat.show();
    assert.equal(placeholder(chat), 'اكتب رسالة…');
    const left = (element: Element) => element.getBoundingClientRect().left;
    const send = the(chat, 'button', 'إرسال');
    assert.isBelow(left(send), left(box(chat)), 'it is sent at the left');
    void chat.send('مرحبا');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.set({status: 'waiting', retryAt: Date.now() + 4_900});
    await drawn(chat);
    assert.match(plain(the(chat, 'log').textContent), /الخادم مشغول. ستُعاد المحاولة خلال [٣-٥] ثوانٍ/);
    await chat.hide();
    for (const text of ['واحد', 'اثنان', 'ثلاثة']) {
      chat.fake.text(text);
      chat.fake.end('complete');
      void chat.send('مرحبا');
      await drawn(chat);
    }
    the(chat, 'button', 'فتح الدردشة، ٣ رسائل جديدة');
  });

  it('follows the attribute, its own and that of the page, and stays until the other has come', async () => {
    document.documentElement.lang = 'de';
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', 'Hi'), messageOf('assistant', '```js\n1\n```\n\n[x](/y)')]});
    await until(() => all(chat, 'button', 'Code kopieren').length > 0, 'the button');
    assert.equal(placeholder(chat), 'Nachricht schreiben …');
    const description = () => chat.shadowRoot!.querySelector('a')!.getAttribute('aria-description');
    assert.equal(description(), 'Öffnet einen neuen Tab');
    const seen = new Set<string>();
    const look = new MutationObserver(() => seen.add(placeholder(chat)));
    look.observe(box(chat), {attributes: true});
    document.documentElement.lang = 'ja';
    await until(() => placeholder(chat) === 'メッセージを入力…', 'Japanese');
    await until(() => all(chat, 'button', 'コードをコピー').length > 0, 'the button');
    assert.lengthOf(all(chat, 'article'), 2);
    assert.equal(root(chat)?.lang, 'ja');
    chat.lang = 'he';
    await until(() => placeholder(chat) === 'כתיבת הודעה…', 'Hebrew');
    assert.equal(root(chat)?.dir, 'rtl');
    chat.lang = 'en-GB';
    await until(() => placeholder(chat) === 'Write a message…', 'English');
    assert.equal(root(chat)?.dir, 'ltr');
    look.disconnect();
    assert.deepEqual([...seen], ['メッセージを入力…', 'כתיבת הודעה…', 'Write a message…']);
  });

  it('changes under what somebody does, who goes on with it', async () => {
    const chat = await mount({lang: 'en', feedback: true});
    chat.fake.set({settled: [messageOf('user', 'Hi'), messageOf('assistant', 'Hello.')]});
    await drawn(chat);
    the(chat, 'button', 'Edit').click();
    await until(() => all(chat, 'textbox', 'Edit your message').length > 0, 'the editor');
    write(the(chat, 'textbox', 'Edit your message') as HTMLTextAreaElement, 'Hi there');
    await until(() => all(chat, 'button', 'Good answer').length > 0, 'the thumbs');
    const focused = activeIn(chat);
    chat.lang = 'de';
    await until(() => all(chat, 'button', 'Gute Antwort').length > 0, 'German');
    assert.equal((focused as HTMLTextAreaElement).value, 'Hi there');
    assert.isTrue(activeIn(chat) === focused, 'the editor has the focus');
    assert.lengthOf(all(chat, 'button', 'Save and send'), 0);
    assert.include(the(chat, 'log').textContent, 'Hello.');
  });

  it('changes in an answer that is still coming, of which nothing is lost or doubled', async () => {
    const chat = await mount({lang: 'en'});
    void chat.send('Hi');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.text('One **two** th');
    await drawn(chat);
    chat.lang = 'de';
    await until(() => placeholder(chat) === 'Nachricht schreiben …', 'German');
    chat.fake.text('ree.');
    chat.fake.end('complete');
    await drawn(chat);
    const body = all(chat, 'article').at(-1)!.querySelector('[part~="text"]')!;
    assert.equal(body.innerHTML.replace(/ dir="auto"/g, ''), '<p>One <strong>two</strong> three.</p>');
  });

  it('is that of what is announced, too, which stands outside of the chat', async () => {
    document.documentElement.lang = 'en';
    const chat = await mount({lang: 'ar'});
    const heard = async (tag: string, words: string, sentence: string) => {
      chat.lang = tag;
      await until(() => placeholder(chat) === words, tag);
      chat.fake.set({status: 'offline'});
      await until(() => spoken('status').startsWith(sentence), sentence);
      chat.fake.set({status: 'ready'});
      return document.querySelector<HTMLElement>('[data-sse-chat-announcer][role=status]')!.lang;
    };
    assert.equal(await heard('ar', 'اكتب رسالة…', 'أنت غير متصل'), 'ar');
    assert.equal(await heard('de', 'Nachricht schreiben …', 'Sie sind offline.'), 'de');
    assert.equal(
      await heard('tlh', 'Write a message…', 'You are offline.'),
      'en',
      'a language that there is not',
    );
  });

  it('changes in the list of conversations that is shown', async () => {
    const chat = await showState('list');
    chat.lang = 'fr';
    await until(() => all(chat, 'button', 'Tout supprimer').length > 0, 'the list in French');
    assert.equal(activeIn(chat)?.getAttribute('placeholder'), 'Rechercher dans les conversations');
    the(chat, 'button', 'Supprimer\u00a0: A haiku about packets');
  });

  it('is the last one that was asked for, whichever comes first', async () => {
    const chat = await mount({lang: 'pl'});
    chat.lang = 'th'; // Not loaded yet.
    await Promise.resolve();
    await chat.updateComplete;
    chat.lang = 'pl'; // Loaded.
    await until(() => placeholder(chat) === 'Napisz wiadomość…', 'Polish');
    await import('../../src/locales/th.ts');
    await drawn(chat);
    assert.equal(placeholder(chat), 'Napisz wiadomość…');
  });

  it('is the closest that is known, else English, which says that it is', async () => {
    assert.equal(await firstWords('pt-PT'), 'Escreva uma mensagem…');
    assert.equal(await firstWords('zh_TW'), '輸入訊息…');
    document.documentElement.lang = 'el';
    const chat = await mount();
    chat.fake.set({settled: [messageOf('user', 'Γεια')]});
    await drawn(chat);
    assert.equal(placeholder(chat), 'Write a message…');
    assert.equal(root(chat)?.lang, 'en');
    assert.equal(all(chat, 'article')[0]?.querySelector<HTMLElement>('[part~="text"]')?.lang, 'el');
  });

  it('leaves the last word to the strings of the page, and says the rest itself', async () => {
    const chat = await mount({
      lang: 'de',
      strings: {send: 'Los!', errors: {network: 'Kein Netz.'}, list: {pin: 'Oben halten'}},
    });
    the(chat, 'button', 'Neuer Chat');
    the(chat, 'button', 'Los!');
    void chat.send('Hallo');
    await until(() => chat.fake.calls.length > 0, 'a request');
    chat.fake.end('error', {error: {kind: 'network', message: 'x'}});
    await drawn(chat);
    assert.include(the(chat, 'log').textContent, 'Kein Netz.');
    chat.strings = {send: 'Ab!'};
    await drawn(chat);
    the(chat, 'button', 'Ab!');
    the(chat, 'button', 'Neuer Chat');
  });

  it('is that of the strings of the page, where these say so, with its plurals', async () => {
    const chat = await mount({
      mode: 'popup',
      strings: {
        lang: 'sl',
        openUnread: {one: '{count} novo', two: '{count} novi', few: '{count} nova', other: '{count} novih'},
      },
    });
    void chat.send('Hi');
    await until(() => chat.fake.calls.length > 0, 'a request');
    for (const text of ['a', 'b']) {
      chat.fake.text(text);
      chat.fake.end('complete');
      void chat.send('Hi');
      await drawn(chat);
    }
    the(chat, 'button', '2 novi');
    assert.equal(root(chat)?.lang, 'sl');
  });

  it('is that of the empty text box, too; what is typed has its own', async () => {
    const chat = await mount({strings: undefined});
    const box = the(chat, 'textbox') as HTMLTextAreaElement;
    const direction = async (text: string) => {
      box.value = text;
      box.dispatchEvent(new Event('input', {bubbles: true}));
      await drawn(chat);
      return getComputedStyle(box).direction;
    };
    assert.equal(await direction(''), 'ltr');
    chat.lang = 'ar';
    await until(() => root(chat)?.dir === 'rtl', 'the language');
    assert.equal(await direction(''), 'rtl');
    assert.equal(await direction('Hello'), 'ltr');
    assert.equal(await direction('\u0645\u0631\u062d\u0628\u0627'), 'rtl');
    chat.lang = 'en';
    await until(() => root(chat)?.dir !== 'rtl', 'the language');
    assert.equal(await direction('\u0645\u0631\u062d\u0628\u0627'), 'rtl');
    assert.equal(await direction(''), 'ltr');
  });

  it('has the mark of a cut answer at the side where its lines begin', async () => {
    document.documentElement.dir = 'rtl';
    const chat = await mount();
    chat.fake.set({
      settled: [messageOf('assistant', '\u0645\u0631\u062d\u0628\u0627\n\n- \u0645', {status: 'stopped'})],
    });
    await drawn(chat);
    const {borderLeftStyle, borderRightStyle} = getComputedStyle(chat.shadowRoot!.querySelector('.body')!);
    assert.deepEqual([borderLeftStyle, borderRightStyle], ['none', 'dashed']);
  });

  it('has its direction, unless the page says another as close as it says the language', async () => {
    document.documentElement.lang = 'fa';
    const chat = await mount();
    assert.equal(root(chat)?.dir, 'rtl');
    document.documentElement.dir = 'ltr';
    await until(() => root(chat)?.dir === '', 'the direction of the page');
    chat.lang = 'fa';
    await until(() => root(chat)?.dir === 'rtl', 'that of the language, which is closer');
    chat.dir = 'ltr';
    await until(() => root(chat)?.dir === '', 'its own');
  });
});
