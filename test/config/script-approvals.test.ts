import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { openScriptApprovals } from '../../electron/config/script-approvals.ts';
import type { ScriptApproval } from '../../electron/config/script-approvals.ts';

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'parley-approvals-'));
  file = join(dir, '.approved.json');
});

afterEach(() => rmSync(dir, { recursive: true, force: true }));

const hashOf = (source: string): string => createHash('sha256').update(source).digest('hex');

function approval(source: string, read: string | null = source): ScriptApproval {
  return {
    sha256: hashOf(source),
    source: read,
    hosts: ['a.example'],
    env: [],
    keychain: [],
    approved_at: '2026-11-01T00:00:00.000Z',
  };
}

describe('what was approved', () => {
  it('holds for the very source that was read', async () => {
    const approvals = openScriptApprovals(file);
    await approvals.set('acme', approval('one'));
    expect(await approvals.grantsOf('acme', hashOf('one'))).toMatchObject({
      hosts: ['a.example'],
      reviewed: true,
    });
    expect(await approvals.grantsOf('acme', hashOf('one '))).toBeUndefined();
    expect(await approvals.grantsOf('other', hashOf('one'))).toBeUndefined();
  });

  it('was not read because something was granted to it', async () => {
    const approvals = openScriptApprovals(file);
    await approvals.set('changed', approval('two', 'one'));
    await approvals.set('unread', approval('two', null));
    for (const type of ['changed', 'unread'])
      expect(await approvals.grantsOf(type, hashOf('two'))).toMatchObject({
        hosts: ['a.example'],
        reviewed: false,
      });
    expect((await approvals.get('changed'))?.source).toBe('one');
  });

  it('is written by several at a time without loss, and taken back', async () => {
    const approvals = openScriptApprovals(file);
    const types = ['a', 'constructor', 'toString', 'b'];
    await Promise.all(types.map(type => approvals.set(type, approval(type))));
    for (const type of types) expect(await approvals.get(type)).toEqual(approval(type));
    await approvals.set('a', undefined);
    expect(await approvals.get('a')).toBeUndefined();
    expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object).toSorted()).toEqual(
      ['b', 'constructor', 'toString'].toSorted(),
    );
  });

  it.each(['{', '[]', '{"acme":{}}', '{"acme":{"sha256":5}}'])(
    'cannot be read from %s: then nothing is granted',
    async text => {
      writeFileSync(file, text);
      const approvals = openScriptApprovals(file);
      await expect(approvals.grantsOf('acme', hashOf('one'))).rejects.toMatchObject({
        code: 'config_invalid',
      });
      await expect(approvals.set('acme', approval('one'))).rejects.toMatchObject({ code: 'config_invalid' });
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});
