import type { SecureContext } from 'node:tls';

/** What `tls.connect` is told of trust; nothing where Node's own roots are all. */
export type Trust = { secureContext?: SecureContext };

/** Longest wait for a connection, in milliseconds: of this machine to the next one. */
export const connectTimeoutMs = 10_000;
