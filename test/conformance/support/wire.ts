export type Json = Record<string, unknown>;

/** What a scripted upstream says. */
export type Script = {
  thinking?: string;
  /** What the vendor wants back word for word with the next turn. */
  signature?: string;
  text?: string[];
  calls?: { id: string; name: string; input: Json }[];
  length?: boolean;
  /** 11 in and 4 out without it. */
  tokens?: { input: number; output: number };
};

/** One vendor's format, written out by hand after its own examples: nothing of Parley's is in it. */
export type Wire = {
  contentType: string;
  /** Frames up to the finish, which is the last of them. */
  frames(script: Script): string[];
  whole(script: Script): Json;
  /** An error in the middle of a stream. */
  errorFrame: string;
  /** The body of a 400. */
  refused: Json;
  /** The body of a 429, and the headers it comes with. */
  limited: { body: Json; headers: Record<string, string> };
};

export const INPUT_TOKENS = 11;
export const OUTPUT_TOKENS = 4;
const usual = { input: INPUT_TOKENS, output: OUTPUT_TOKENS };
export const tokensOf = ({ tokens = usual }: Script): { input: number; output: number } => tokens;
export const RETRY_SECONDS = 7;
export const LIMIT_MESSAGE = 'You are asking too fast.';
export const REFUSED_MESSAGE = 'The messages are not as they should be.';
export const BROKEN_MESSAGE = 'The model fell over.';
