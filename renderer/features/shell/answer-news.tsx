import { useLocation } from 'wouter';

import { useAnswerNews } from './use-answer-news.ts';

/** The page's one live region for answers: it says when one begins and how it ends. */
export function AnswerNews() {
  const [location] = useLocation();
  const chatId = /^\/chat\/([^/]+)$/.exec(location)?.[1] ?? null;
  const sentence = useAnswerNews(chatId);
  return (
    <p role="status" aria-live="polite" className="sr-only" data-answer-news>
      {sentence}
    </p>
  );
}
