import {existsSync} from 'node:fs';
import {join} from 'node:path';
import {esbuildPlugin} from '@web/dev-server-esbuild';
import {defaultReporter} from '@web/test-runner';
import {chromeLauncher} from '@web/test-runner-chrome';
import {puppeteerLauncher} from '@web/test-runner-puppeteer';
import {register} from 'tsx/esm/api';

register(); // For the modules below, which are TypeScript.
const {enginePath, pickedEngines, START_TIMEOUT} = await import('./scripts/engines.ts');
const {webkitLauncher} = await import('./scripts/webkit-launcher.ts');
const {browserTally} = await import('./scripts/browser-tally.ts');

const root = import.meta.dirname;
const chromiumArgs = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

const launchers = {
  chromium: () =>
    chromeLauncher({
      launchOptions: {executablePath: enginePath('chromium'), args: chromiumArgs, timeout: START_TIMEOUT},
      concurrency: 1,
    }),
  firefox: () =>
    puppeteerLauncher({
      launchOptions: {browser: 'firefox', executablePath: enginePath('firefox'), timeout: START_TIMEOUT},
      concurrency: 1,
    }),
  webkit: () => webkitLauncher(enginePath('webkit')),
};

/**
 * Runs the scripted server as long as the tests. Its address is `globalThis.SCRIPTED_SERVER` on every test page.
 */
function scriptedServer() {
  const path = join(root, 'test/support/scripted-server.ts');
  let server;
  return {
    name: 'scripted-server',
    get url() {
      return server?.url;
    },
    async serverStart() {
      if (!existsSync(path)) return;
      const {startScriptedServer} = await import(path);
      server = await startScriptedServer();
    },
    async serverStop() {
      await server?.close();
    },
  };
}

/** highlight.js' core is CommonJS, which a page does not know; there is a module around it. */
const commonCore = {
  name: 'common-core',
  transform({path, body}) {
    if (!path.endsWith('/highlight.js/lib/core.js')) return undefined;
    return `const module = {};\n${body}\nexport default module.exports;`;
  },
};

const scripted = scriptedServer();
const {SEED, DOCUMENTS} = process.env;

export default {
  rootDir: root,
  hostname: '127.0.0.1',
  files: ['test/**/*.test.ts', '!test/**/*.node.test.ts', '!test/**/*.e2e.test.ts'],
  nodeResolve: true,
  browsers: pickedEngines().map(name => launchers[name]()),
  concurrentBrowsers: 3, // The tests of a browser wait most of the time: for a clock, a frame, a network.
  concurrency: 1,
  browserStartTimeout: START_TIMEOUT,
  testsStartTimeout: START_TIMEOUT,
  testsFinishTimeout: 300_000,
  testFramework: {config: {timeout: 60_000}}, // What hangs is found, and what is only slow has time.
  plugins: [
    esbuildPlugin({ts: true, target: 'es2022', tsconfig: join(root, 'tsconfig.json')}),
    scripted,
    commonCore,
  ],
  reporters: [defaultReporter(), browserTally(process.env.TALLY_FILE)],
  testRunnerHtml: testFramework => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"></head>
  <body>
    <script>
      globalThis.SCRIPTED_SERVER = ${JSON.stringify(scripted.url ?? '')};
      globalThis.TEST_ENV = ${JSON.stringify({SEED, DOCUMENTS})};
    </script>
    <script type="module" src="${testFramework}"></script>
  </body>
</html>`,
};
