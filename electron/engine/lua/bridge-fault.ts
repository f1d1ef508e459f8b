/** A value that cannot cross between JavaScript and Lua; `path` names the field inside it, outermost first. */
export class BridgeFault extends Error {
  readonly path: string[] = [];
}
