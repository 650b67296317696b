import {execFileSync} from 'node:child_process';
import {mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import {dirname, join} from 'node:path';
import {listFiles} from '../../../scripts/bundle.ts';

export const root = join(import.meta.dirname, '../../..');
export const dist = join(root, 'dist');

/** The built files, relative to `dist/`, with slashes. */
export function distFiles(): string[] {
  return listFiles(dist);
}

export function readDist(file: string): string {
  return readFileSync(join(dist, file), 'utf8');
}

interface PackageJson {
  readonly exports: Readonly<Record<string, string | {readonly types: string; readonly default: string}>>;
}

export function packageJson(): PackageJson {
  return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as PackageJson;
}

/** The locales that were built: `de` for `sse-chat/locales/de`. */
export function locales(): string[] {
  const pattern = /^npm\/locales\/(.+)\.js$/;
  return distFiles().flatMap(file => pattern.exec(file)?.[1] ?? []);
}

export interface Consumer {
  readonly folder: string;
  /** Writes a file of the project and returns its path. */
  write(name: string, text: string): string;
  remove(): void;
}

/**
 * A project in a temporary folder that has installed what `npm publish` would publish, and of the rest only what a
 * user has: Lit, the optional peers and the types of Node.
 */
export function makeConsumer(): Consumer {
  const folder = mkdtempSync(join(tmpdir(), 'sse-chat-consumer-'));
  const modules = join(folder, 'node_modules');
  const installed = join(modules, 'sse-chat');
  mkdirSync(installed, {recursive: true});
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  execFileSync('tar', ['-xzf', join(folder, packed.trim()), '-C', installed, '--strip-components=1']);
  const peers = ['lit', '@lit/react', 'react', '@types/react', 'csstype', '@opentelemetry/api'];
  for (const name of [...peers, '@types/node']) {
    mkdirSync(dirname(join(modules, name)), {recursive: true});
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  write('package.json', JSON.stringify({type: 'module', private: true}));
  return {folder, write, remove: () => rmSync(folder, {recursive: true, force: true})};
}
