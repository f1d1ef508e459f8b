import { createTwoFilesPatch } from 'diff';

import type { ProviderReview } from '../contract/backends.ts';
import { wordReviewWarning } from '../contract/review-warnings.ts';

/** A review as a terminal shows it, with the difference to what was approved before. */
export function formatReview(review: ProviderReview, source: string): string {
  const rows: [string, string][] = [
    ['provider', `${review.name} (${review.type})`],
    ['dialect', review.dialect ?? 'each model its own'],
    ['base URL', review.base_url || 'the url of its backend'],
    ['hosts', list(review.hosts)],
    ['environment', list(review.env)],
    ['keychain', list(review.keychain)],
    ['hooks', list(review.hooks)],
    ['models', list(review.models)],
    ['reads', list(review.data_files ?? [])],
    ['sha256', review.sha256],
  ];
  const facts = rows.map(([name, value]) => `${name.padEnd(12)}${printable(value)}`);
  const warnings = review.warnings.map(warning => `! ${printable(wordReviewWarning(warning))}`);
  const before = review.approved_source;
  const isChanged = before !== null && before !== source;
  const patch = isChanged ? [printable(createTwoFilesPatch('approved', 'new', before, source), true)] : [];
  return [...facts, ...warnings, ...patch].join('\n');
}

function list(values: readonly string[]): string {
  if (values.length === 0) return 'none';
  const shown = values.slice(0, 12).join(', ');
  return values.length > 12 ? `${shown} and ${String(values.length - 12)} more` : shown;
}

/** A stranger's text must not move the cursor or repaint the screen it is reviewed on. */
function printable(text: string, multiline = false): string {
  const control = multiline ? /(?![\n\t])[\p{Cc}\p{Bidi_Control}]/gu : /[\p{Cc}\p{Bidi_Control}]/gu;
  return text.replaceAll(control, '�');
}
