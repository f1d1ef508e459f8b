import { formatTable } from './command.ts';
import type { Command } from './command.ts';
import { withCore } from './with-core.ts';

export const modelsCommand: Command = {
  usage: 'models',
  summary: 'List every model of every backend, as backend/model.',
  options: {},
  run: context =>
    withCore(context, async ({ engine }) => {
      const { models, problems } = await engine.listModels();
      if (context.json) context.print(JSON.stringify(models));
      else
        context.print(
          formatTable(
            ['MODEL', 'NAME'],
            models.map(({ id, name }) => [id, name]),
          ),
        );
      for (const { error } of problems) context.warn(`parley: ${error.message}`);
      return models.length === 0 && problems.length > 0 ? 1 : 0;
    }),
};
