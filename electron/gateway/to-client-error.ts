import { AppError } from '../contract/errors.ts';

/** The error as a tool may see it: what is not ours may hold paths or values, so only the log gets its text. */
export function toClientError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError('internal', 'Parley failed on this request; its log says why.', {
    cause: error,
    http_status: 500,
  });
}
