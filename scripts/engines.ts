import {spawnSync} from 'node:child_process';
import {accessSync, constants, existsSync, readdirSync} from 'node:fs';
import {delimiter, join} from 'node:path';

export type EngineName = 'chromium' | 'firefox' | 'webkit';
export const engineNames: readonly EngineName[] = ['chromium', 'firefox', 'webkit'];

/** Milliseconds that a browser may take to start, beside other browsers on a slow machine. */
export const START_TIMEOUT = 120_000;

/** A program that the tests need, how to find it, and the Debian packages that provide it. */
interface Requirement {
  readonly title: string;
  readonly packages: readonly string[];
  find(): string | undefined;
}

const requirements = {
  chromium: {
    title: 'Chromium (or set CHROMIUM_PATH)',
    packages: ['chromium'],
    find: () => process.env['CHROMIUM_PATH'] ?? inPath('chromium', 'chromium-browser', 'google-chrome'),
  },
  firefox: {
    title: 'Firefox (or set FIREFOX_PATH)',
    packages: ['firefox-esr'],
    find: () => process.env['FIREFOX_PATH'] ?? inPath('firefox-esr', 'firefox'),
  },
  webkit: {
    title: 'WebKitGTK with its MiniBrowser and WebKitWebDriver, and Xvfb',
    packages: ['webkit2gtk-driver', 'xvfb'],
    find: () => (inPath('WebKitWebDriver') && inPath('Xvfb') ? findMiniBrowser() : undefined),
  },
  fastapi: {
    title: 'python3 with fastapi and uvicorn',
    packages: ['python3-fastapi', 'python3-uvicorn'],
    find: () => {
      const python = '/usr/bin/python3'; // Only Debian's own Python finds Debian's packages.
      const {status} = spawnSync(python, ['-c', 'import fastapi, uvicorn']);
      return status === 0 ? python : undefined;
    },
  },
} satisfies Record<EngineName | 'fastapi', Requirement>;

export type RequirementName = keyof typeof requirements;

/** The engines that `BROWSERS` picks; all three if it is not set. */
export function pickedEngines(picked = process.env['BROWSERS']): EngineName[] {
  if (!picked) return [...engineNames];
  return picked.split(',').map(word => {
    const name = engineNames.find(each => each === word.trim());
    if (!name) throw new Error(`BROWSERS names "${word}"; there are ${engineNames.join(', ')}.`);
    return name;
  });
}

/**
 * The path of an engine's program: for WebKit its MiniBrowser, which WebKitWebDriver starts.
 * @throws {Error} when it is not installed.
 */
export function enginePath(name: RequirementName): string {
  const path = requirements[name].find();
  if (!path) throw new Error(`Not installed: ${requirements[name].title}.`);
  return path;
}

/**
 * Installs what is missing with apt-get, if this is Debian and the user is root.
 * @throws {Error} otherwise, with one line that says what to install.
 */
export function ensureInstalled(names: readonly RequirementName[]): void {
  const missing = () => names.map(name => requirements[name] as Requirement).filter(each => !each.find());
  const packages = missing().flatMap(each => each.packages);
  if (packages.length === 0) return;
  const wanted = () =>
    `Please install ${missing()
      .map(each => each.title)
      .join('; ')} (on Debian: apt-get install ${packages.join(' ')}).`;
  if (process.getuid?.() !== 0 || !inPath('apt-get')) throw new Error(wanted());
  const env = {...process.env, DEBIAN_FRONTEND: 'noninteractive'};
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    console.log(`> apt-get ${args.join(' ')}`);
    spawnSync('apt-get', ['-qq', ...args], {stdio: 'inherit', env});
  }
  if (missing().length > 0) throw new Error(wanted());
}

function inPath(...names: readonly string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter(Boolean);
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Debian has it at `/usr/lib/<triplet>/webkit2gtk-4.1/MiniBrowser`; the version differs between releases. */
function findMiniBrowser(): string | undefined {
  const libraries = ['/usr/lib', '/usr/libexec'].flatMap(base =>
    existsSync(base) ? [base, ...readdirSync(base).map(name => join(base, name))] : [],
  );
  return libraries
    .flatMap(folder =>
      ['webkitgtk-6.0', 'webkit2gtk-4.1', 'webkit2gtk-4.0'].map(version =>
        join(folder, version, 'MiniBrowser'),
      ),
    )
    .find(isExecutable);
}
