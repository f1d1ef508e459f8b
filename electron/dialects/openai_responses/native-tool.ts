import { isJsonObject } from '../../contract/json.ts';
import type { JsonObject } from '../../contract/json.ts';
import type { ChatRequest, Tool } from '../../contract/request.ts';
import { objectField, textField } from '../json-fields.ts';
import { joinNamespace } from '../tool-name.ts';
import { isNativeType } from './native-calls.ts';
import type { NativeType, ToolAsFunction } from './native-calls.ts';

/** A group of tools, whose members are called by group and name. */
export type Namespace = { name: string; description: string };

/** How a tool was defined in this format, where that is more than a function. */
export type NativeTool = {
  type: 'function' | NativeType;
  /** Its name within its group, or its only one. */
  name: string;
  namespace?: Namespace;
  definition: JsonObject;
};

const dialect = 'openai_responses';

/** The tool with how it was defined, so that its calls can be written as the one who asks expects them. */
export function withNative(tool: ToolAsFunction, definition: JsonObject, namespace?: Namespace): Tool {
  return {
    ...tool,
    name: joinNamespace(namespace?.name, tool.name),
    native: { [dialect]: { definition, ...(namespace && { namespace }) } },
  };
}

export function readNative(tool: Tool): NativeTool | undefined {
  const native = objectField(tool.native ?? {}, dialect) ?? {};
  const { definition, namespace } = native;
  if (!isJsonObject(definition)) return undefined;
  const type = textField(definition, 'type') ?? 'function';
  const name = textField(definition, 'name') ?? tool.name;
  return {
    type: isNativeType(type) ? type : 'function',
    name,
    definition,
    ...(isJsonObject(namespace) && {
      namespace: {
        name: textField(namespace, 'name') ?? '',
        description: textField(namespace, 'description') ?? '',
      },
    }),
  };
}

export type ToolBook = ReadonlyMap<string, NativeTool>;

/** The tools of a request that are more than functions, by the names they are called by. */
export function readToolBook(request: Pick<ChatRequest, 'tools'> | undefined): ToolBook {
  return new Map(
    (request?.tools ?? []).flatMap(tool => {
      const native = readNative(tool);
      return native ? [[tool.name, native]] : [];
    }),
  );
}

/** Where a call says which group its tool is of; tools without a group are in one by this name, which goes unsaid. */
export function namespaceField(tool: NativeTool | undefined): { namespace?: string } {
  const namespace = tool?.namespace?.name;
  return namespace === undefined || namespace === 'functions' ? {} : { namespace };
}
