import {join} from 'node:path';
import {build} from 'vite';

/** Bundles a source file and all its imports, static and dynamic, into one ES module. `path` is relative to the repository. */
export async function bundle(path: string): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: {entry: join(import.meta.dirname, '../..', path), formats: ['es']},
      rolldownOptions: {output: {codeSplitting: false}},
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('Nothing was built.');
  return output.output[0].code;
}
