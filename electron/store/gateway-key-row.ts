import { z } from 'zod';

import { gatewayKeySchema, keyLimitsSchema } from '../contract/keys.ts';
import type { GatewayKey, KeyLimits } from '../contract/keys.ts';

export const gatewayKeyColumns = Object.keys(gatewayKeySchema.shape).join(', ');

const jsonColumn = z
  .string()
  .nullable()
  .transform((text): unknown => (text === null ? null : JSON.parse(text)));

const gatewayKeyRowSchema = gatewayKeySchema.extend({
  allowed_models: jsonColumn.pipe(keyLimitsSchema.shape.allowed_models),
  budget: jsonColumn.pipe(keyLimitsSchema.shape.budget),
});

export function readGatewayKey(row: unknown): GatewayKey {
  return gatewayKeyRowSchema.parse(row);
}

/** Limits as the table holds them: lists and objects as JSON, times in UTC. */
export function limitColumns(limits: KeyLimits): Record<keyof KeyLimits, string | number | null> {
  const { allowed_models: models, requests_per_minute: rpm, budget, expires_at: expiresAt } = limits;
  return {
    allowed_models: models === null ? null : JSON.stringify(models),
    requests_per_minute: rpm,
    budget: budget === null ? null : JSON.stringify(budget),
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
  };
}

export const noLimits: KeyLimits = {
  allowed_models: null,
  requests_per_minute: null,
  budget: null,
  expires_at: null,
};
