import {readdirSync, readFileSync, rmSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

/** One entry of what Vite's `build.license` writes. */
interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX. */
  readonly identifier?: string | null;
  /** The licence file, unchanged. */
  readonly text?: string | null;
}

/**
 * Joins the lists that the builds left in `dist/licences.*.json` into one `THIRD-PARTY-LICENSES.txt`, and removes them.
 * @throws {Error} when a bundled package has no licence text, since its notice could not be kept.
 */
export function writeLicences(dist: string): void {
  const lists = readdirSync(dist).filter(name => /^licences\..*\.json$/.test(name));
  const packages = new Map<string, BundledPackage>();
  for (const list of lists) {
    const path = join(dist, list);
    for (const bundled of JSON.parse(readFileSync(path, 'utf8')) as BundledPackage[]) {
      packages.set(`${bundled.name} ${bundled.version}`, bundled);
    }
    rmSync(path);
  }
  const notices = [...packages]
    .sort(([a], [b]) => a.localeCompare(b, 'en'))
    .map(([title, {identifier, text}]) => {
      if (!text) throw new Error(`${title} is bundled, but it brings no licence text.`);
      return `${title} (${identifier ?? 'see below'})\n\n${text.trim()}\n`;
    });
  const rule = `\n${'-'.repeat(80)}\n\n`;
  writeFileSync(
    join(dist, 'THIRD-PARTY-LICENSES.txt'),
    ['The built files of sse-chat contain code of these packages.\n', ...notices].join(rule),
  );
}
