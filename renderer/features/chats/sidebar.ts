import { useState } from 'react';

import { readStored, writeStored } from '../../ui/stored.ts';

const storageKey = 'parley.sidebar';

/** Width below which the list of chats lies over the chat instead of beside it; the `sm` breakpoint of Tailwind. */
const overlayQuery = '(max-width: 39.99rem)';

/** Whether the list of chats is shown. On a phone it begins hidden and closes once a chat is chosen. */
export function useSidebar() {
  const [isShown, setShown] = useState(
    () => readStored(storageKey) !== 'hidden' && !matchMedia(overlayQuery).matches,
  );
  return {
    isShown,
    toggle: () => {
      setShown(!isShown);
      if (!matchMedia(overlayQuery).matches) writeStored(storageKey, isShown ? 'hidden' : null);
    },
    closeOverlay: () => {
      if (matchMedia(overlayQuery).matches) setShown(false);
    },
  };
}
