import { AppError } from '../../contract/errors.ts';
import { rejectOnAbort } from './reject-on-abort.ts';
import type { ScriptHttpRequest, ScriptServices } from './script-contract.ts';
import { toOneLine } from './script-fault.ts';
import type { Secrets } from './secrets.ts';
import type { AskAnswer, AskMessage } from './worker-protocol.ts';

/** How long a script waits for one answer. */
const REQUEST_LIMIT_MS = 30_000;
const MAX_MESSAGE = 500;

/** Does what a script asks for while its worker waits. */
export class ScriptErrands {
  private readonly services: ScriptServices;
  private readonly secrets: Secrets;
  private readonly requests = new Map<number, AbortController>();
  /** What the script was told when it last reached for a host it may not reach. */
  private refusal: string | undefined;

  constructor(services: ScriptServices, secrets: Secrets) {
    this.services = services;
    this.secrets = secrets;
  }

  async answer(question: AskMessage): Promise<AskAnswer> {
    try {
      if (question.type === 'fetch') return await this.fetch(question.job, question.request);
      return { ok: true, text: (await this.services.readData?.(question.path)) ?? '' };
    } catch (error) {
      // Only our own sentences go to the script; other errors may tell about this machine.
      const message = error instanceof AppError ? error.message : 'it failed';
      const what =
        question.type === 'fetch'
          ? `${question.request.method} ${originOf(question.request.url)}`
          : question.path;
      const told = this.secrets.redact(toOneLine(`${what}: ${message}`, MAX_MESSAGE));
      if (error instanceof AppError && error.code === 'host_not_granted') this.refusal = told;
      return { ok: false, message: told };
    }
  }

  /** Whether a script failed because it was refused a host: Lua hands errors on as text. */
  isRefusal(message: string): boolean {
    return this.refusal !== undefined && message.includes(this.refusal);
  }

  /** Ends the request that a job waits for, if it does. */
  abort(job: number): void {
    this.requests.get(job)?.abort();
  }

  abortAll(): void {
    for (const request of this.requests.values()) request.abort();
  }

  private async fetch(job: number, request: ScriptHttpRequest): Promise<AskAnswer> {
    const controller = new AbortController();
    this.requests.set(job, controller);
    const timeout = new AppError('upstream_timeout', `no answer within ${REQUEST_LIMIT_MS / 1000} s`);
    const timer = setTimeout(() => controller.abort(timeout), REQUEST_LIMIT_MS);
    try {
      const answer = this.services.fetch(request, controller.signal);
      const { status, headers, body } = await rejectOnAbort(answer, controller.signal);
      return { ok: true, response: { status, headers, body } };
    } finally {
      clearTimeout(timer);
      this.requests.delete(job);
    }
  }
}

function originOf(url: string): string {
  try {
    return new URL(url).origin;
  } catch {
    return 'an address that is not a URL';
  }
}
