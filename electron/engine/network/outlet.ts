/** What a request says before its body. */
export type UpstreamHead = {
  method: string;
  /** Path and query. */
  path: string;
  headers: Readonly<Record<string, string>>;
};

/** One request, as the ways out of this machine take it. */
export type OutletRequest = {
  origin: string;
  /** Path and query. */
  path: string;
  method: 'GET' | 'POST';
  headers: Record<string, string>;
  /** Bytes in pieces that follow each other. */
  body: readonly Buffer[] | string | null;
  /** Longest wait for the head of the answer, and for each further byte, in milliseconds. */
  headersTimeout: number;
  bodyTimeout: number;
};

/** How an exchange is steered. undici's own controllers are of this kind. */
export type OutletControl = {
  pause(): void;
  resume(): void;
  abort(reason: Error): void;
};

/** Told of one exchange, by the names undici has for it. */
export type OutletHandler = {
  onRequestStart(control: OutletControl): void;
  /** The request goes over its connection from now on. undici, which has no such word, starts a request only then. */
  onConnected?(): void;
  /** Header names are lower case, values strings or lists of them. */
  onResponseStart(control: OutletControl, status: number, headers: unknown): void;
  onResponseData(control: OutletControl, chunk: Buffer): void;
  onResponseEnd(): void;
  onResponseError(control: unknown, error: Error): void;
};

/** A way out of this machine with its connections. */
export type Outlet = {
  dispatch(request: OutletRequest, handler: OutletHandler): void;
  /** Takes no more requests, and ends when those under way have. */
  close(): Promise<void>;
  destroy(): Promise<void>;
};
