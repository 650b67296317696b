import {join} from 'node:path';
import {build} from 'vite';

/** Bundles a script of `scripts/` that runs in a page, with all its imports, into one classic script. */
export async function bundlePage(entry: string): Promise<string> {
  const root = join(import.meta.dirname, '..');
  const result = await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'es2022',
      lib: {entry: join(root, entry), formats: ['iife'], name: 'page'},
      rolldownOptions: {output: {codeSplitting: false}},
    },
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('Vite built nothing.');
  return output.output[0].code;
}
