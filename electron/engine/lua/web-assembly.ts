/** A compiled module; workers receive it as it is. */
export type WasmModule = { readonly [wasmModule]: true };
declare const wasmModule: unique symbol;

export type WasmImports = Record<string, Record<string, (...args: number[]) => number | void>>;

type WebAssemblyGlobal = {
  compile(bytes: Uint8Array<ArrayBuffer>): Promise<WasmModule>;
  Module: {
    new (bytes: Uint8Array<ArrayBuffer>): WasmModule;
    imports(module: WasmModule): { module: string; name: string }[];
  };
  Instance: new (module: WasmModule, imports: WasmImports) => { exports: Record<string, unknown> };
};

// Safe: every Node has this global. TypeScript knows it from the DOM's types only, which the main side does not load.
export const webAssembly = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly;
