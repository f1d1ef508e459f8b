import { embed } from './embed.ts';
import type { EmbeddingAsked, EmbeddingResult } from './embed.ts';
import type { CallContext, CallListener, Plan } from './engine.ts';
import type { AttemptWays } from './routing/attempt.ts';
import { startCall } from './routing/start-call.ts';
import type { CallDeps } from './routing/call-deps.ts';

/** Asks a plan's candidates for vectors until one has answered. Throws AppError. */
export function embedByPlan(
  plan: Plan,
  { asked, asks }: { asked: EmbeddingAsked; asks: CallListener['asks'] | undefined },
  context: CallContext,
  calls: CallDeps,
): Promise<EmbeddingResult> {
  return new Promise((resolve, reject) => {
    const ways: AttemptWays = () => ({
      start: (attempt, host) => embed({ ...attempt, texts: calls.texts }, asked, resolve, host),
    });
    startCall(plan, ways, context, { fail: reject, ...(asks && { asks }) }, calls);
  });
}
