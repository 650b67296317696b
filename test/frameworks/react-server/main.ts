import {createElement} from 'react';
import {createRoot, hydrateRoot} from 'react-dom/client';
import {SseChat} from 'sse-chat/react';
import {app} from './app.ts';

// As in a framework that waits for the rest of the page.
const hydrate = () => hydrateRoot(document.querySelector('#app')!, app);

/** What a chat has that React makes where it is in no page yet, as in a dialog that is put there later. */
const aside = () =>
  new Promise(resolve => {
    const chat = createElement(SseChat, {endpoint: '/chat', ref: chat => chat && resolve(typeof chat.send)});
    createRoot(document.createElement('div')).render(chat);
  });

Object.assign(globalThis, {hydrate, aside});
