/**
 * `npm run soak -- --runs 10000 --seed 1`: runs conversations with networks, servers, stores and users that fail in
 * random ways, and checks the invariants of each. `--only 17` runs only that one and prints its ledger.
 */
import {drawPlan} from '../test/rig/fault-plan.ts';
import {soakMany} from '../test/rig/soak.ts';
import {soak} from '../test/rig/soak-run.ts';
import {startScriptedServer} from '../test/support/scripted-server.ts';
import {newSeed} from '../test/support/seeded-random.ts';

function numberOf(name: string): number | undefined {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? undefined : Number(process.argv[at + 1]);
}

const seed = numberOf('seed') ?? newSeed();
const only = numberOf('only');
if (only !== undefined) {
  const server = await startScriptedServer();
  const run = await soak(drawPlan(only), server);
  console.log(JSON.stringify({...run.plan, scenario: {...run.plan.scenario, tokens: undefined}}, null, 1));
  console.log(
    [...run.ledger, `status ${run.status}`, ...run.violations, JSON.stringify(run.left)].join('\n'),
  );
  await server.close();
} else {
  const summary = await soakMany({runs: numberOf('runs') ?? 1000, seed, log: line => console.log(line)});
  process.exitCode = summary.violations > 0 || summary.left > 0 ? 1 : 0;
}
