import { z } from 'zod';

import { fillText } from './fill-text.ts';

/**
 * What a person should read of a script before saying yes, in English. The page says the same in the reader's language: its
 * catalogue has these names below `warnings`.
 */
export const reviewWarnings = {
  takes_place: 'It takes the place of the built-in provider {{type}}: backends of that type will use it.',
  replaces: 'There is a script {{type}}.lua already; it would be replaced.',
  missing_file: 'It reads {{file}}, which is not there: put it beside the script, or it cannot be loaded.',
  unencrypted: 'It talks to {{host}} without encryption: everybody on the way can read along.',
  other_hosts: 'It wants to reach {{hosts}} beside its own address, and can send there what it sees.',
  named_hosts:
    'It also names {{hosts}} without asking for it: requests there fail until you grant them ({{command}}).',
  key_function:
    'It works out its API key in a function; which variable or keychain account it will name cannot be told before.',
  key_inside: 'It has an API key written into it, which everybody who gets the file can use.',
  other_key: 'It asks for the key of another backend, {{backend}}.',
  reads_along: 'It reads and may change what you send or what is answered.',
  unknown_names: 'Parley does not know {{names}} and never looks at it; is it spelt as it should be?',
} as const;

export type ReviewWarningCode = keyof typeof reviewWarnings;

export const reviewWarningSchema = z.object({
  // Safe: the keys of an object literal are its type's.
  code: z.enum(Object.keys(reviewWarnings) as [ReviewWarningCode, ...ReviewWarningCode[]]),
  values: z.record(z.string(), z.string()),
});
export type ReviewWarning = z.infer<typeof reviewWarningSchema>;

/** A warning as a whole sentence, in English. */
export function wordReviewWarning({ code, values }: ReviewWarning): string {
  return fillText(reviewWarnings[code], values);
}
