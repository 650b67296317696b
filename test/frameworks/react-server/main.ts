import {hydrateRoot} from 'react-dom/client';
import {app} from './app.ts';

// As in a framework that waits for the rest of the page.
Object.assign(globalThis, {hydrate: () => hydrateRoot(document.querySelector('#app')!, app)});
