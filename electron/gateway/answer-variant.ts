import type { DialectVariant } from '../dialects/dialect.ts';
import { ndjsonFrame } from '../dialects/ndjson.ts';
import { answerCall } from './answer-call.ts';
import type { CallRequest } from './answer-call.ts';
import type { GatewayDeps } from './gateway-deps.ts';
import { isOver } from './open-call.ts';
import type { OpenCall } from './open-call.ts';
import { sendJson } from './send-answer.ts';

/** Answers a request on another address of a dialect; one that asks for nothing is answered here, where nobody else can. */
export async function answerVariant(
  call: OpenCall,
  asking: CallRequest,
  variant: DialectVariant,
  deps: GatewayDeps,
): Promise<void> {
  const { response, dialect } = call;
  const { model, stream } = dialect.passthrough.readRequest(asking.body, asking.match);
  const created = Math.floor((deps.now ?? Date.now)() / 1000);
  const nothing = variant.answerNothing?.(asking.body, { model, created });
  if (nothing) {
    const { engine } = deps;
    const plan = await engine.resolveModel(model);
    const target = await engine.targetOf(plan.candidates[0], dialect.name);
    // The vendor's own server has something to do: to load the model.
    if (target.dialect !== dialect.name || !target.passes_bytes) {
      if (isOver(response)) return;
      if (!stream) sendJson(response, 200, nothing, call.headers);
      else
        response
          .writeHead(200, { 'content-type': dialect.server.stream_content_type })
          .end(ndjsonFrame(nothing));
      return;
    }
  }
  await answerCall(call, asking, deps);
}
