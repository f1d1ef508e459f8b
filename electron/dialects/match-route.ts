import type { RouteMatch } from './dialect.ts';

/** The route a path (without query) is on; undefined where it is on none. The first that fits counts. */
export function matchRoute(routes: readonly string[], path: string): RouteMatch | undefined {
  for (const route of routes) {
    const params = matchPattern(route, path);
    // Google's way of naming what streams: `:streamGenerateContent`.
    if (params) return /:stream[A-Z]/.test(route) ? { params, stream: true } : { params };
  }
  return undefined;
}

function matchPattern(route: string, path: string): Record<string, string> | undefined {
  // At most one parameter a route, so that where it ends is never a question.
  const [before = '', name, after = ''] = route.split(/\{(\w+)\}/);
  if (name === undefined) return route === path ? {} : undefined;
  const isOn = path.length > before.length + after.length && path.startsWith(before) && path.endsWith(after);
  if (!isOn) return undefined;
  const value = decode(path.slice(before.length, path.length - after.length));
  return value === undefined ? undefined : { [name]: value };
}

/** Undefined for a percent sign without two hex digits. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
