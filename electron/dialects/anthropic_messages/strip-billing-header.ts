/**
 * The system prompt without the line Claude Code puts first, `x-anthropic-billing-header: …; cch=…;`: it differs in
 * every request and so keeps other providers from ever finding the prompt in their cache. For Anthropic it stays.
 */
export function stripBillingHeader(system: string): string {
  return system.replace(/^\s*x-anthropic-billing-header:[^\n]*(?:\n+|$)/i, '');
}
