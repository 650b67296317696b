import 'sse-chat';
import './headless.ts';
import {watchFaultPanel} from './fault-panel.ts';
import headlessCode from './headless.ts?raw';

const suggestions = ['Tell me a joke', 'Write a long essay', 'Explain how a stream works', 'احكِ لي نكتة'];
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** `?server=http://127.0.0.1:8000` connects the inline chat and the fault panel to another server on this machine. */
function serverOf(search: string): string {
  const server = new URLSearchParams(search).get('server');
  if (!server || !URL.canParse(server)) return location.origin;
  const {hostname, origin} = new URL(server);
  return loopback.test(hostname) ? origin : location.origin;
}

const server = serverOf(location.search);
const inline = document.querySelector<HTMLElementTagNameMap['sse-chat']>('#inline')!;
inline.suggestions = suggestions;
if (server !== location.origin) inline.setAttribute('endpoint', `${server}/api/chat`);

document.querySelector('#headless-code')!.textContent = headlessCode;

document.querySelector('#open-popup')!.addEventListener('click', () => {
  const popup = document.querySelector<HTMLElementTagNameMap['sse-chat']>('sse-chat[mode=popup]');
  void popup?.show();
});

const themes = document.querySelectorAll<HTMLButtonElement>('button[data-theme]');
for (const button of themes) {
  button.addEventListener('click', () => {
    document.documentElement.dataset['theme'] = button.dataset['theme'];
    for (const each of themes) each.ariaPressed = String(each === button);
  });
}

watchFaultPanel(server);
