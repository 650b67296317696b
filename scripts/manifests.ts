import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';
import {create, ts} from '@custom-elements-manifest/analyzer';
import {litPlugin} from '@custom-elements-manifest/analyzer/src/features/framework-plugins/lit/lit.js';
import {getVsCodeHtmlCustomData} from 'custom-element-vs-code-integration';

/**
 * Writes `custom-elements.json` and, from it, `vscode.html-custom-data.json`. Both come from the docblocks of the
 * elements, so a part, slot or property that is not written down there is not in them.
 * @throws {Error} when `<sse-chat>` is not among the elements.
 */
export function writeManifests(root: string, dist: string): void {
  const ui = readdirSync(join(root, 'src/ui'), {recursive: true, encoding: 'utf8'});
  const files = ['src/index.ts', 'src/element.ts', ...ui.map(name => `src/ui/${name}`)]
    .filter(file => file.endsWith('.ts'))
    .sort();
  const manifest = create({
    modules: files.map(file =>
      ts.createSourceFile(file, readFileSync(join(root, file), 'utf8'), ts.ScriptTarget.ES2022, true),
    ),
    plugins: litPlugin(),
    context: {},
  });
  const isPublic = (member: {name: string; privacy?: string}) =>
    !member.name.startsWith('#') && member.privacy !== 'private' && member.privacy !== 'protected';
  for (const declaration of manifest.modules.flatMap(module => module.declarations ?? [])) {
    if (declaration.kind !== 'class' || !declaration.members) continue;
    declaration.members = declaration.members.filter(isPublic);
  }
  const json = JSON.stringify(manifest, null, 2);
  if (!json.includes('"tagName": "sse-chat"')) throw new Error('The analyzer found no <sse-chat>.');
  writeFileSync(join(dist, 'custom-elements.json'), `${json}\n`);
  const vscode = getVsCodeHtmlCustomData(manifest as Parameters<typeof getVsCodeHtmlCustomData>[0], {});
  writeFileSync(join(dist, 'vscode.html-custom-data.json'), `${JSON.stringify(vscode, null, 2)}\n`);
}
