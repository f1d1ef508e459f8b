import type { CallContext, CallListener, Question, Target } from '../engine.ts';
import { passBytes } from '../pass-bytes.ts';
import { streamDeltas } from '../stream-deltas.ts';
import type { AttemptWay, AttemptWays } from './attempt.ts';

/** A chat's request goes as the tool's own bytes where they may pass, else in our own words. */
export function askChat(question: Question, context: CallContext, listener: CallListener): AttemptWays {
  const { bytes } = question;
  const address = bytes?.request.address;
  /** Backends that turned out, in this call, not to have the address. */
  let closed: string[] = [];

  const inWords = (target: Target, begins?: () => void): AttemptWay => {
    const words = question.words(target);
    return {
      start: (asked, host) => streamDeltas(asked, words, stream => listener.deltas(stream), host),
      ...(begins && { begins }),
    };
  };

  return ({ target }, { lacks }) => {
    if (!bytes || !target.passes_bytes || target.dialect !== context.dialect_in) return inWords(target);
    const { request, sink } = bytes;
    const start: AttemptWay['start'] = (asked, host) => passBytes(asked, request, sink, host);
    if (!address?.is_optional) return { start };
    // Only an answer in our own words shows that it was the address it did not have, and not the model.
    // By model: OpenAI has the address for its oldest models only.
    const lacking = `${address.path} ${target.model}`;
    if (closed.includes(target.backend)) return inWords(target, () => void lacks.add(lacking));
    if (lacks.has(lacking)) return inWords(target);
    return {
      start,
      isClosed(status) {
        const isMissing = status === 404 || status === 405 || status === 501;
        if (isMissing) closed = [...closed, target.backend];
        return isMissing;
      },
    };
  };
}
