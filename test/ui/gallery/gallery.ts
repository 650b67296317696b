import type {ChatMode} from '../../../src/ui/settings.ts';
import {type StateName, showState} from '../support/states.ts';

const params = new URLSearchParams(location.search);
const state = (params.get('state') ?? 'complete') as StateName;

document.documentElement.dir = params.get('dir') ?? 'ltr';
document.documentElement.lang = params.get('lang') ?? 'en';
document.documentElement.style.colorScheme = params.get('scheme') ?? 'light dark';

const chat = await showState(state, {
  mode: (params.get('mode') ?? 'inline') as ChatMode,
  open: params.has('open'),
});
Object.assign(globalThis, {chat, fake: chat.fake});
document.title = `shown: ${state}`; // For who waits for it.
