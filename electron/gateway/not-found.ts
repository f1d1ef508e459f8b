import { AppError } from '../contract/errors.ts';

/** What people look for on addresses Parley does not have, the first that fits. */
const advice: [RegExp, string][] = [
  [
    /^\/v1\/responses\/./,
    'it stores no responses: send the whole conversation as input with every request, with store: false.',
  ],
  [/^\/v1\/(?:messages\/)?batches(?:\/|$)/, 'it has no batches: send the requests one by one.'],
  [
    /^\/v1\/(?:threads|assistants)(?:\/|$)/,
    'it has no assistants: use /v1/responses or /v1/chat/completions.',
  ],
  [/^\/v1\/files(?:\/|$)/, 'it stores no files: send them inside the messages.'],
  [
    /^\/api\/(?:pull|push|create|copy|delete|blobs)(?:\/|$)/,
    'it keeps no models of its own: do this at the server that runs them.',
  ],
];

/**
 * A wrong address. Most come from a base URL with its version or a slash missing or doubled: then the right one is named.
 * `isKnown` says whether a path is an address of ours.
 */
export function notFound(method: string, path: string, isKnown: (path: string) => boolean): AppError {
  const single = path.replaceAll(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const likely = [single, `/v1${single}`, single.replace(/^\/v1(?=\/)/, '')].find(isKnown);
  const known = advice.find(([pattern]) => pattern.test(path))?.[1];
  const way =
    likely === undefined ? (known ?? 'check the base URL set in your tool.') : `did you mean ${likely}?`;
  return new AppError('not_found', `Parley has no ${method} ${path.slice(0, 200)}; ${way}`, {
    http_status: 404,
  });
}
