import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {conversationFiles, listFiles} from './scripts/bundle.ts';

const dist = join(import.meta.dirname, 'dist');
const files = existsSync(dist) ? listFiles(dist) : [];

// kB are 1,000 bytes, as brotli makes of each file at its highest quality.
export default [
  {name: 'embed.js, the launcher on screen', path: 'dist/embed.js', limit: '3 kB'},
  {
    name: 'all that loads to show a conversation and stream Markdown',
    path: conversationFiles(dist, files).map(file => `dist/${file}`),
    limit: '45.4 kB', // docs/adr/0033-what-a-day-with-it-weighs.md
  },
];
