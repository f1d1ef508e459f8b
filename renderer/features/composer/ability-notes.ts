import type { Model } from '../../../electron/contract/models.ts';
import type { AttachedFile } from './attach-files.ts';

/** What becomes of attached files with this model, where that is not what one expects; keys of the catalogue. */
export type AbilityNote = 'no_images' | 'pdf_as_text' | 'pdf_unknown' | 'pdf_without_text';

/** Said before sending. Models whose abilities nobody states get images as they are and PDFs as text. */
export function abilityNote(
  files: readonly Pick<AttachedFile, 'kind' | 'block'>[],
  model: Pick<Model, 'input_modalities'> | undefined,
): AbilityNote | null {
  const abilities = model?.input_modalities;
  const isBlind = abilities !== undefined && !abilities.includes('image');
  if (isBlind && files.some(({ kind }) => kind === 'image')) return 'no_images';
  const pdfs = files.filter(({ kind }) => kind === 'pdf');
  if (pdfs.length === 0 || !model || abilities?.includes('pdf')) return null;
  if (pdfs.some(({ block }) => !block.text?.trim())) return 'pdf_without_text';
  return abilities === undefined ? 'pdf_unknown' : 'pdf_as_text';
}
