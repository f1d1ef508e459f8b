/** A PDF of one page for each text, as plain as the format allows; `encrypt` locks it with a password nobody has. */
export function makePdf(texts: string[], encrypt = false): Uint8Array<ArrayBuffer> {
  const font = 3;
  const pageIds = texts.map((_, index) => 4 + index * 2);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pageIds.map(id => `${String(id)} 0 R`).join(' ')}] /Count ${String(texts.length)} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...texts.flatMap((text, index) => {
      const stream = text === '' ? '' : `BT /F1 12 Tf 72 720 Td (${text}) Tj ET`;
      const content = String((pageIds[index] ?? 0) + 1);
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${content} 0 R /Resources << /Font << /F1 ${String(font)} 0 R >> >> >>`,
        `<< /Length ${String(stream.length)} >>\nstream\n${stream}\nendstream`,
      ];
    }),
  ];
  const filler = '41'.repeat(32);
  if (encrypt)
    objects.push(`<< /Filter /Standard /V 1 /R 2 /P -4 /Length 40 /O <${filler}> /U <${filler}> >>`);
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const start = file.length;
  const lines = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const lock = encrypt ? ` /Encrypt ${String(objects.length)} 0 R /ID [<${filler}> <${filler}>]` : '';
  file += `xref\n0 ${String(objects.length + 1)}\n0000000000 65535 f \n${lines}`;
  file += `trailer\n<< /Size ${String(objects.length + 1)} /Root 1 0 R${lock} >>\nstartxref\n${String(start)}\n%%EOF\n`;
  return new TextEncoder().encode(file);
}
