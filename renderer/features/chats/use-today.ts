import { useEffect, useState } from 'react';

/** The day it is; a window that stays open over midnight gets the new one. */
export function useToday(): Date {
  const [today, setToday] = useState(() => new Date());
  useEffect(() => {
    const look = setInterval(() => {
      const now = new Date();
      setToday(before => (before.toDateString() === now.toDateString() ? before : now));
    }, 60_000);
    return () => clearInterval(look);
  }, []);
  return today;
}
