import type {ChatError} from '../protocol/chat-error.ts';
import type {Segment} from '../protocol/message.ts';
import type {Clock} from './clock.ts';
import type {Target} from './request.ts';

const BREAK = 60_000; // ms for which a target that failed is passed over

/** The 4xx that are due to the moment or the address, not to the request itself. */
const ELSEWHERE = new Set([404, 405, 408, 409, 410, 425, 429, 498]);

/** Until when targets are considered dead, per clock. Kept in memory only, so a reload tries them again. */
const breakers = new WeakMap<Clock, Map<string, number>>();

/** Chooses the target to ask. Source: docs/adr/0011-fallbacks.md. */
export interface Fallback {
  /** The first target to ask: the one that made this part of the answer, otherwise the first not considered dead. */
  first(made: Segment | undefined): Target;
  /** The target to ask after `failed` has failed for good; `undefined` if no other can help or none is left. */
  next(error: ChatError, failed: Target): Target | undefined;
}

export function createFallback(targets: readonly Target[], clock: Clock): Fallback {
  const dead = breakers.get(clock) ?? new Map<string, number>();
  breakers.set(clock, dead);
  let untried = [...targets];
  const lives = (target: Target) => (dead.get(keyOf(target)) ?? 0) <= clock.now();

  return {
    first(made) {
      const maker = made && made.chars > 0 && targets.find(target => isBy(target, targets[0], made));
      return maker || targets.find(lives) || targets[0]!;
    },

    next(error, failed) {
      if (!othersMayHelp(error)) return undefined;
      const until = clock.now() + Math.max(BREAK, error.retryAfter ?? 0);
      const isHit = (target: Target) =>
        target === failed || (isOfAddress(error) && target.endpoint.href === failed.endpoint.href);
      for (const target of targets.filter(isHit)) dead.set(keyOf(target), until);
      untried = untried.filter(target => !isHit(target));
      return untried.find(lives) ?? untried[0];
    },
  };
}

function keyOf({endpoint, model}: Target): string {
  return `${endpoint.href} ${model ?? ''}`;
}

/** A segment names its target only if that is not the page's first choice. */
function isBy({endpoint, model}: Target, first: Target | undefined, made: Segment): boolean {
  if (made.endpoint === undefined) return endpoint === first?.endpoint && model === first.model;
  return endpoint.href === made.endpoint && model === made.model;
}

/** Whether the address itself failed, whatever model is asked there. */
function isOfAddress({kind, status, message}: ChatError): boolean {
  if (kind === 'network' || kind === 'content') return true;
  return (status === 404 || status === 405 || status === 410) && !isOfModel(message);
}

function isOfModel(message: string): boolean {
  return /\bmodel\b/i.test(message);
}

/** Another target cannot help if the page's options, its credentials or the request are at fault. */
function othersMayHelp({kind, status, message}: ChatError): boolean {
  if (['configuration', 'unauthorized', 'empty', 'too-large', 'busy', 'storage'].includes(kind)) return false;
  if (status === undefined || status < 400 || status > 499) return true;
  return ELSEWHERE.has(status) || isOfModel(message);
}
