import type {ChatMode} from '../../../src/ui/settings.ts';
import {drawn, unmount, until} from '../support/page.ts';
import {type StateName, showState, stateNames} from '../support/states.ts';

/** Shows the state that `?state=…&mode=…&dir=…&lang=…&scheme=…` says. */
async function show(query: string): Promise<void> {
  const params = new URLSearchParams(query);
  const state = (params.get('state') ?? 'complete') as StateName;
  const root = document.documentElement;
  await unmount();
  root.dir = params.get('dir') ?? 'ltr';
  root.lang = 'en'; // Its texts lead to the state; another language comes as it would if the page changed it.
  root.style.colorScheme = params.get('scheme') ?? 'light dark';
  const mode = (params.get('mode') ?? 'inline') as ChatMode;
  const chat = await showState(state, {mode, open: mode !== 'inline' && state !== 'closed'});
  Object.assign(globalThis, {chat, fake: chat.fake});
  const lang = params.get('lang') ?? 'en';
  if (lang === 'en') return;
  const words = () => chat.shadowRoot!.querySelector('.launcher, .transcript')!.ariaLabel;
  const english = words();
  root.lang = lang;
  await until(() => words() !== english, lang);
  await drawn(chat);
}

await show(location.search);
Object.assign(globalThis, {show, stateNames}); // For `npm run shots`, once there is nothing under way.
