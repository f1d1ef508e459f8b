/** A value that only says where a secret is. */
const reference = /^(?:(?:Bearer|Basic)\s+)?(?:env:\w+|keychain:\S+|\$\{\w+\})?$/i;

/** A field named like a key, in Lua or JSON, that is given text; `{ env = "NAME" }` and calls are none. */
const namedField =
  /(?:api_?key|auth_?key|x-[\w-]*key|token|secret|password|authorization)["'\]]*\s*[=:]\s*(?:"([^"\n]*)"|'([^'\n]*)'|\[\[([^\]]*)\]\])/gi;

/** What vendors make their keys look like, wherever it stands: comments are exported, too. */
const knownForm =
  /\b(?:sk|pk|rk|gsk|csk|xai|hf|pplx|nvapi|fw|r8|ghp|parley)[-_][A-Za-z0-9_-]{16,}|\bAIza[\w-]{30,}|\bBearer\s+[A-Za-z0-9._~+/=-]{16,}/;

/** Shorter ones are such as a local server takes, or a part that a key is put behind. */
const shortestKey = 8;

/**
 * Whether a provider script, or a data file of one, seems to hold a key itself. It rather says yes too often: such a file
 * leaves this machine only under a passphrase.
 */
export function holdsKey(text: string): boolean {
  if (knownForm.test(text)) return true;
  return [...text.matchAll(namedField)].some(([, double, single, long]) => {
    const value = (double ?? single ?? long ?? '').trim();
    return value.length >= shortestKey && !reference.test(value);
  });
}

/** The text without anything that looks like a vendor's key. */
export function maskKeys(text: string): string {
  return text.replaceAll(new RegExp(knownForm, 'g'), '[key]');
}
