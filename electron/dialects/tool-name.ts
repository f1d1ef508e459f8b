import { createHash } from 'node:crypto';

import type { ChatRequest } from '../contract/request.ts';

// The names every vendor takes; MCP servers and Gemini's own tools go past them.
const maxLength = 64;
const hashLength = 8;

/** The tool's name as every vendor takes it: one that is too long or has other letters is written otherwise, always alike. */
export function encodeToolName(name: string): string {
  const clean = name.replaceAll(/[^a-zA-Z0-9_-]/g, '_');
  if (clean === name && name !== '' && name.length <= maxLength) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength);
  return `${clean.slice(0, maxLength - hashLength - 1)}_${hash}`;
}

/** Gives a name from an answer back as the one that asked wrote it. */
export function createNameDecoder(request: ChatRequest | undefined): (name: string) => string {
  const names = new Map<string, string>();
  for (const { name } of request?.tools ?? []) {
    const encoded = encodeToolName(name);
    if (encoded !== name) names.set(encoded, name);
  }
  return name => names.get(name) ?? name;
}

/** Under this name tools are grouped that have no group; they are called by their own names. */
const defaultNamespace = 'functions';

/** The one name of a tool from a group of tools, for formats without groups. */
export function joinNamespace(namespace: string | undefined, name: string): string {
  if (namespace === undefined || namespace === '' || namespace === defaultNamespace) return name;
  const separator = namespace.endsWith('_') || name.startsWith('_') ? '' : '__';
  return encodeToolName(`${namespace}${separator}${name}`);
}
