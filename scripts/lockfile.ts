/**
 * Adds the optional packages for other platforms to the lockfile. npm leaves them out if the registry did not serve
 * them where `npm install` ran, and without their entries `npm ci` refuses the lockfile. Run it after `npm install`.
 */
import {readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

interface LockEntry {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Lockfile {
  packages: Record<string, LockEntry>;
}

/** The optional packages without an entry, as `[name, version, dependent]`. */
export function missingPackages({packages}: Lockfile): [name: string, version: string, dependent: string][] {
  return Object.entries(packages).flatMap(([dependent, {optionalDependencies = {}}]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isLocked(packages, dependent, name))
      .map(([name, version]): [string, string, string] => [name, version, dependent]),
  );
}

/** Looks for a package where Node would: in each `node_modules` from the dependent upwards. */
function isLocked(packages: Lockfile['packages'], dependent: string, name: string): boolean {
  for (
    let folder = dependent;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))
  ) {
    if (`${folder ? `${folder}/` : ''}node_modules/${name}` in packages) return true;
    if (folder === '') return false;
  }
}

/** What the name of a platform package says: `@rollup/rollup-linux-x64-musl` is for Linux, x64, musl. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> {
  const os = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/.exec(name)?.[1];
  const cpu = /\b(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)\b/.exec(name)?.[1];
  if (!os || !cpu) throw new Error(`${name} does not say for which platform it is.`);
  const libc = os === 'linux' ? /(musl|gnu)/.exec(name)?.[1] : undefined;
  return {os: [os], cpu: [cpu], ...(libc && {libc: [libc === 'gnu' ? 'glibc' : 'musl']})};
}

/** @throws {Error} when a package's version is a range, or its name does not name a platform. */
export function complete(lockfile: Lockfile): void {
  for (const [name, version, dependent] of missingPackages(lockfile)) {
    if (!/^\d+\.\d+\.\d+[\w.+-]*$/.test(version))
      throw new Error(`${name} is locked to no version: ${version}.`);
    const {dev} = lockfile.packages[dependent]!;
    lockfile.packages[`node_modules/${name}`] = {
      version,
      ...(dev && {dev}),
      optional: true,
      ...platformOf(name),
    };
  }
  const entries = Object.entries(lockfile.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
  lockfile.packages = Object.fromEntries(entries);
}

if (process.argv[1] === import.meta.filename) {
  const path = join(import.meta.dirname, '../package-lock.json');
  const lockfile = JSON.parse(readFileSync(path, 'utf8')) as Lockfile;
  complete(lockfile);
  writeFileSync(path, `${JSON.stringify(lockfile, null, 2)}\n`);
}
