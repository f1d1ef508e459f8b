/** Fields that came with an imported chat and have no place here, as JSON: they leave with the next export. */
export const transferMigration = `
  ALTER TABLE chats ADD COLUMN extra TEXT;
  ALTER TABLE messages ADD COLUMN extra TEXT;
`;
