import {setFlagsFromString} from 'node:v8';
import {runInNewContext} from 'node:vm';
import {startScriptedServer} from '../support/scripted-server.ts';
import {drawPlan} from './fault-plan.ts';
import {leftOver, watchForLeftOver} from './left-over.ts';
import {soak} from './soak-run.ts';

export interface SoakOptions {
  readonly runs: number;
  readonly seed: number;
  log(line: string): void;
}

export interface SoakSummary {
  readonly violations: number;
  /** Timers, listeners, readers, bodies, subscriptions and sockets that are left over. */
  readonly left: number;
}

/** Runs `runs` plans, prints the results, and counts what is left over. */
export async function soakMany({runs, seed, log}: SoakOptions): Promise<SoakSummary> {
  setFlagsFromString('--expose-gc');
  globalThis.gc ??= runInNewContext('gc');
  watchForLeftOver();
  let rejections = 0;
  const onRejection = () => rejections++;
  process.on('unhandledRejection', onRejection);
  log(`soak: ${runs} runs, seed ${seed}`);
  const server = await startScriptedServer();
  const faults = new Map<string, number>();
  const statuses = new Map<string, number>();
  const left = {timers: 0, subscriptions: 0, bodies: 0};
  let [violations, requests] = [0, 0];
  for (let index = 0; index < runs; index++) {
    const plan = drawPlan((seed + index) >>> 0);
    const run = await soak(plan, server);
    for (const fault of plan.faults) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    statuses.set(run.status, (statuses.get(run.status) ?? 0) + 1);
    requests += run.ledger.length;
    for (const key of ['timers', 'subscriptions', 'bodies'] as const) left[key] += run.left[key];
    violations += run.violations.length > 0 ? 1 : 0;
    const alone = `(npm run soak -- --only ${plan.seed})`;
    if (run.violations.length > 0 && violations <= 20)
      log(`run ${plan.seed}: ${run.violations.slice(0, 3).join(' | ')} ${alone}`);
    const rest = run.left.timers + run.left.subscriptions + run.left.bodies;
    if (rest > 0) log(`run ${plan.seed} leaves ${JSON.stringify(run.left)} ${alone}`);
  }
  const sockets = await server.idle();
  await server.close();
  const {listeners, readers} = await leftOver();
  process.off('unhandledRejection', onRejection);
  const list = (counts: ReadonlyMap<string, number>) =>
    [...counts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  log(`faults: ${list(faults)}`);
  log(`answers: ${list(statuses)}; requests ${requests}, each with its reason`);
  log(
    `left: ${left.timers} timers, ${listeners} listeners, ${readers} readers, ${left.bodies} bodies, ` +
      `${left.subscriptions} subscriptions, ${sockets} sockets; ${rejections} unhandled rejections`,
  );
  log(`runs ${runs}, violations ${violations}`);
  const rest = left.timers + left.bodies + left.subscriptions + listeners + readers + sockets + rejections;
  return {violations, left: rest};
}
