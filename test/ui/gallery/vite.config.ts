import {defineConfig} from 'vite';

/** `npx vite test/ui/gallery`: every state of the interface, by `?state=…&mode=…&dir=…&scheme=…`. */
export default defineConfig({
  root: import.meta.dirname,
  server: {host: '127.0.0.1', port: 5199, fs: {allow: ['../../..']}},
});
