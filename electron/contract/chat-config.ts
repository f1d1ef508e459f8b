import { z } from 'zod';

/** `chat` in parley.yaml. */
export const chatConfigSchema = z.strictObject({
  /** `backend/model`, or an alias, that makes the titles of new chats; null takes their first words. */
  title_model: z.string().min(1).nullable().default(null),
});
