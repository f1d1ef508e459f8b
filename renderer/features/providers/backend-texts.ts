import type { TFunction } from 'i18next';

import type { BackendCheck, BackendStatus } from '../../../electron/contract/backends.ts';
import { errorLine } from '../../ui/error-words.ts';
import type { CoreError } from '../../ui/error-words.ts';

type Translate = TFunction<'providers'>;

/** Where a backend's key comes from, as a phrase; never the key. */
export function keyPhrase({ key, needs_key: needsKey }: BackendStatus, t: Translate): string {
  if (!key) return needsKey ? t('key.none') : t('key.not_needed');
  return `${t(`sources.${key.source}`, { name: key.name ?? '' })}, ${t(`set_in.${key.tier}`)}`;
}

/** What a test found out, as one sentence. */
export function checkSentence(check: BackendCheck, t: Translate): string {
  if (!check.ok) return check.error === null ? t('check.unknown') : errorLine(errorOf(check, check.error));
  const parts = [
    t('check.works'),
    check.latency_ms === null ? null : t('check.latency', { count: Math.round(check.latency_ms) }),
    check.models === null ? null : t('check.models', { count: check.models }),
  ];
  return `${parts.filter(part => part !== null).join(', ')}${t('check.end')}`;
}

/** The check's sentence, with the code its parts give away. */
function errorOf(
  { script_error: script, key_error: key, reachable }: BackendCheck,
  message: string,
): CoreError {
  const code = reachable === false ? 'upstream_unreachable' : reachable === true ? 'http_error' : undefined;
  return script ?? key ?? { message, code };
}
