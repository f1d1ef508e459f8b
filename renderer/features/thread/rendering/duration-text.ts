import type { TFunction } from 'i18next';

/** Milliseconds as a reader counts them: seconds, from one minute on with minutes. */
export function durationText(t: TFunction<'rendering'>, milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  if (seconds < 60) return t('duration.seconds', { seconds });
  return t('duration.minutes', { minutes: Math.floor(seconds / 60), seconds: seconds % 60 });
}
