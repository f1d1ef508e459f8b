import { LLMock } from '@copilotkit/aimock';

import type { DialectName } from '../../../electron/contract/models.ts';
import { readAsked } from '../support/read-asked.ts';
import type { AskedTool } from '../support/read-asked.ts';
import { SIGNATURE, THOUGHT } from '../support/scenarios.ts';
import type { Scripted } from '../support/scenarios.ts';
import type { Play } from '../support/start-bench.ts';
import type { Json, Script } from '../support/wire.ts';

/** Stands in the file alone: whoever says it has read the file. */
export const SECRET = 'heliotrope-4711';
export const NOTE = 'note.txt';
export const QUESTION = `What does ${NOTE} say?`;
export const ANSWER = `The note says ${SECRET}.`;

/** How one tool's model reads the note, with what it was offered; undefined where it was offered nothing for it. */
export type ReadNote = (tools: AskedTool[], folder: string) => { name: string; input: Json } | undefined;

/** A model that thinks, reads the note with whatever the tool gives it, and then says what it read. */
export function createAgent(folder: string, readNote: ReadNote): Play {
  return {
    createAimock: apiKey => new LLMock({ port: 0, auth: { apiKeys: [apiKey] } }),
    script(dialect: DialectName, body: string): Scripted {
      const { tools } = readAsked(dialect, body);
      if (body.includes(SECRET)) return finish({ text: [ANSWER] });
      const call = readNote(tools, folder);
      // Tools also ask for titles and summaries, with nothing to call.
      if (!call) return finish({ text: ['A note is read.'] });
      return finish({
        thinking: THOUGHT,
        signature: SIGNATURE,
        text: ['I will read it.'],
        calls: [{ id: 'call_note_1', ...call }],
      });
    },
  };
}

function finish(script: Script): Scripted {
  return { script, ending: 'finish' };
}

/** The call of a tool that takes a path, whatever its parameter is called. */
export function readPath(named: string): ReadNote {
  return (tools, folder) => {
    const tool = tools.find(({ name }) => name === named);
    const properties = Object.entries((tool?.schema['properties'] ?? {}) as Record<string, Json>);
    const path = properties.find(([name]) => /path/i.test(name))?.[0];
    return path === undefined ? undefined : { name: named, input: { [path]: `${folder}/${NOTE}` } };
  };
}
