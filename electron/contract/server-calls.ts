import { z } from 'zod';

import { gatewayConfigSchema } from './config.ts';

const { host, port, require_key: requireKey } = gatewayConfigSchema.shape;

const settings = z.object({
  host: host.unwrap(),
  port: port.unwrap(),
  require_key: requireKey.unwrap(),
  allowed_hosts: z.array(z.string()),
  cors_origins: z.array(z.string()),
});
export type ServerSettings = z.infer<typeof settings>;

const serverStateSchema = settings.extend({
  /** Where the gateway is now, which a port on the command line decides over parley.yaml; null where it does not run. */
  url: z.string().nullable(),
  /** Names and addresses this machine has in its networks. */
  names: z.array(z.string()),
});

/** The gateway's own settings, as they stand in parley.yaml. */
export const serverCalls = {
  'server.get': { input: z.object({}), output: serverStateSchema },
  /**
   * Writes settings and moves the gateway where they say; answers under way end where they began. `ui` is where a browser
   * finds the page after that, null where none is served. Throws config_invalid, port_taken; then nothing has changed.
   */
  'server.change': {
    input: settings.partial(),
    output: serverStateSchema.extend({ ui: z.string().nullable() }),
  },
} as const;
