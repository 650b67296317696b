import {existsSync} from 'node:fs';
import {createServer, type Server} from 'node:http';
import type {AddressInfo} from 'node:net';
import {join} from 'node:path';
import {pathToFileURL} from 'node:url';
import type {Express} from 'express';
import {createServer as createVite, type ViteDevServer, build as viteBuild} from 'vite';
import {buildConfig} from '../vite.config.ts';
import {createApi} from './api.ts';
import type {Backend} from './backend.ts';
import {scriptedModel} from './scripted-model.ts';
import {backendFromEnvironment} from './upstream.ts';

export interface DemoOptions {
  /** 0 takes any free port; if another one is taken, the next free port is used. Default 5173. */
  readonly port?: number;
  /** Prints nothing. */
  readonly quiet?: boolean;
  /** Default: what the environment specifies, or the scripted model. */
  readonly backend?: Backend;
  /** Also serves the page. Without it there is only the API, which starts at once. Default true. */
  readonly page?: boolean;
  /** Serves the page with the built package from `dist/` instead of the sources. Default false. */
  readonly built?: boolean;
  /** How long an answer continues without a reader, in milliseconds. Default 30,000. */
  readonly grace?: number;
}

export interface Demo {
  readonly url: string;
  close(): Promise<void>;
}

const root = join(import.meta.dirname, '..');

/** Takes the first free port from `port` on, trying at most 20 more. */
async function listen(server: Server, port: number): Promise<number> {
  for (let candidate = port; ; candidate++) {
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject).listen(candidate, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return (server.address() as AddressInfo).port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || candidate >= port + 20) throw error;
    }
  }
}

/** The page. When it is served from source, changes are on screen at once. */
async function servePage(app: Express, http: Server, built: boolean): Promise<ViteDevServer> {
  const part = (name: string) => join(root, built ? `dist/npm/${name}.js` : `src/${name}.ts`);
  const vite = await createVite({
    configFile: false,
    root: import.meta.dirname,
    cacheDir: join(root, built ? 'node_modules/.vite-demo-built' : 'node_modules/.vite-demo'),
    appType: 'mpa',
    logLevel: 'error',
    server: {
      middlewareMode: true,
      fs: {allow: [root]},
      hmr: {server: http},
      ...(built && {watch: null}),
    },
    resolve: {
      alias: [
        {find: /^sse-chat$/, replacement: part('index')},
        {find: /^sse-chat\/(\w+)$/, replacement: part('$1')},
      ],
    },
    // Listed here, so that the first visit does not discover them one by one and reload the page.
    optimizeDeps: {include: ['@microsoft/fetch-event-source', 'idb-keyval', 'lit']},
  });

  let embed: Promise<string> | undefined;
  app.get('/dist/embed.js', async (_request, response) => {
    embed ??= bundleEmbed();
    response.type('js').send(await embed);
  });
  // Makes the element that the page imports and the one that embed.js loads the same module.
  app.get('/dist/sse-chat.js', (_request, response) => {
    response.type('js').send(`export * from ${JSON.stringify(`/@fs${part('index')}`)};\n`);
  });
  app.use(vite.middlewares);
  return vite;
}

/** A classic script has to be one file, so this one is bundled as for the package, but not written to disk. */
async function bundleEmbed(): Promise<string> {
  const config = buildConfig('embed');
  const result = await viteBuild({
    ...config,
    configFile: false,
    logLevel: 'error',
    build: {...config.build, write: false, sourcemap: false},
  });
  const [output] = [result].flat();
  if (!output || !('output' in output)) throw new Error('Vite built no embed.js.');
  return output.output[0].code;
}

/** Starts the demo on 127.0.0.1. */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const {port = 5173, quiet = false, page = true, built = false, grace} = options;
  const backend = options.backend ?? backendFromEnvironment(process.env, scriptedModel);
  const {app, stop} = createApi(backend, grace);
  const http = createServer(app);
  const vite = page ? await servePage(app, http, built) : undefined;
  const url = `http://127.0.0.1:${await listen(http, port)}`;
  if (!quiet) console.log(`sse-chat demo: ${url} (${backend.name})`);
  return {
    url,
    async close() {
      stop();
      await vite?.close();
      http.closeAllConnections();
      await new Promise(resolve => http.close(resolve));
    },
  };
}

const isMain =
  !!process.argv[1] && existsSync(process.argv[1]) && import.meta.url === pathToFileURL(process.argv[1]).href;
if (isMain) {
  const port = process.env['PORT'];
  const demo = await startDemo(port === undefined ? {} : {port: Number(port)});
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void demo.close().then(() => process.exit(0)));
  }
}
