/** An answer's id in Anthropic's form: some tools tell by it what an id is of. */
export function messageId(id: string): string {
  return id.startsWith('msg_') ? id : `msg_${id}`;
}
