import { expect } from '@playwright/test';

import { readLedger } from './parley-server.ts';
import { askLab, pick, sendText, test } from './scripted-models.ts';

test('a question can be asked in other words, an answer rewritten, and all versions stay', async ({
  page,
  server,
  lab,
}) => {
  await page.goto(server.ui);
  await pick(page, 'fast');
  await askLab(page, 'One apple');
  const question = page.getByRole('region', { name: 'Your message' });
  await question.hover();
  await question.getByRole('button', { name: 'Edit message' }).click();
  await page.getByRole('textbox', { name: 'Edited text' }).fill('Two pears');
  await page.getByRole('button', { name: 'Send again' }).click();
  const answer = page.getByRole('article');
  await expect(answer).toContainText('You said: Two pears');
  await expect(question).toContainText('2/2');

  await answer.getByRole('button', { name: 'Edit answer' }).click();
  await page.getByRole('textbox', { name: 'Edited text' }).fill('My own words.');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(answer).toContainText('My own words.');
  await expect(answer).toContainText('edited by you');
  expect(lab.asks).toHaveLength(2); // nobody was asked for it

  await page.reload();
  await expect(answer).toContainText('My own words.');
  await askLab(page, 'And now?');
  expect(lab.asks.at(-1)?.messages.map(({ content }) => content)).toEqual([
    'Two pears',
    'My own words.',
    'And now?',
  ]);
  await question.first().getByRole('button', { name: 'Earlier version' }).click();
  await expect(answer).toContainText('You said: One apple');
});

test('an answer is asked for again with another model', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'cut');
  await askLab(page, 'Hello');
  await page.getByRole('article').getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Regenerate with another model' }).click();
  await page.getByRole('combobox', { name: 'Search models' }).fill('fast');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('article')).toContainText('You said: Hello');
  await expect(page.getByRole('article')).toContainText('2/2');
  expect(lab.asks.map(({ model }) => model)).toEqual(['cut', 'fast']);
});

test('a cut answer goes on and reads as one', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'cut');
  await askLab(page, 'Tell me all');
  const answer = page.getByRole('article');
  await expect(answer).toContainText('reached its length limit');
  await answer.getByRole('button', { name: 'Continue' }).click();
  const whole = 'This is the first half and the second half of it.';
  await expect(answer.getByText(whole)).toBeVisible();
  await expect(answer).not.toContainText('length limit');
  expect(lab.asks.at(-1)?.messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  await page.reload();
  await expect(answer.getByText(whole)).toBeVisible();
  await askLab(page, 'Thanks');
  expect(lab.asks.at(-1)?.messages[1]).toEqual({ role: 'assistant', content: whole });
});

test('an error stands below the text and says what to do', async ({ page, server, lab, problems }) => {
  await page.goto(server.ui);
  await pick(page, 'broken');
  await askLab(page, 'Hello');
  const answer = page.getByRole('article');
  await expect(answer).toContainText('This much came.');
  const alert = answer.getByRole('alert');
  for (const name of ['Continue', 'Retry', 'Other model'])
    await expect(alert.getByRole('button', { name })).toBeVisible();
  await alert.getByRole('button', { name: 'Other model' }).click();
  await page.getByRole('combobox', { name: 'Search models' }).fill('nokey');
  await page.keyboard.press('Enter');
  await expect(answer).toContainText('2/2');
  await expect(answer.getByRole('link', { name: 'Open Providers' })).toBeVisible();
  await page.getByRole('button', { name: 'Earlier version' }).click();
  await expect(answer).toContainText('This much came.');
  expect(lab.asks).toHaveLength(2);
  expect(problems).toEqual([]);
});

test('a message and all below it is deleted and brought back', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'fast');
  await askLab(page, 'First');
  await askLab(page, 'Second');
  expect(lab.asks).toHaveLength(2);
  const second = page.getByRole('region', { name: 'Your message' }).nth(1);
  await second.hover();
  await second.getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('article')).toHaveCount(2);
  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(2);

  await page.getByRole('article').last().getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Delete', exact: true }).click();
  await expect(page.getByRole('article')).toHaveCount(1);
  await page.reload();
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByText('Second')).toBeVisible();
});

test('a branch becomes a chat of its own', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'fast');
  await askLab(page, 'First');
  await askLab(page, 'Second');
  const address = page.url();
  await page.getByRole('article').first().getByRole('button', { name: 'More actions' }).click();
  await page.getByRole('menuitem', { name: 'Branch into a new chat' }).click();
  await expect(page).not.toHaveURL(address);
  await expect(page.getByRole('article')).toHaveCount(1);
  await expect(page.getByRole('list', { name: 'Chats' })).toContainText('First (branch)');
  await askLab(page, 'Elsewhere');
  expect(lab.asks.at(-1)?.messages.map(({ content }) => content)).toEqual([
    'First',
    'You said: First',
    'Elsewhere',
  ]);
  await page.goto(address);
  await expect(page.getByText('You said: Second')).toBeVisible();
  await expect(page.getByText('Elsewhere')).toBeHidden();
});

test('a message sent while an answer streams waits, can be edited, and goes out at its end', async ({
  page,
  server,
  lab,
}) => {
  await page.goto(server.ui);
  await pick(page, 'slow');
  await sendText(page, 'Count');
  await expect(page.getByRole('article')).toContainText('word3');
  await sendText(page, 'Then this');
  await sendText(page, 'Never this');
  const queue = page.getByRole('region', { name: 'Waiting messages' });
  await expect(queue.getByRole('listitem')).toHaveCount(2);
  await expect(queue).toContainText('Sent when the answer ends');
  await queue.getByRole('button', { name: 'Remove waiting message' }).last().click();
  await page.reload();
  await expect(queue.getByRole('listitem')).toHaveCount(1);
  await queue.getByRole('button', { name: 'Edit waiting message' }).click();
  await queue.getByRole('textbox', { name: 'Edited text' }).fill('Then that');
  await queue.getByRole('button', { name: 'Save' }).click();
  await expect(queue).toContainText('Then that');
  expect(lab.asks).toHaveLength(1);
  lab.finish();
  await expect(page.getByRole('article')).toHaveCount(2);
  await expect(queue).toBeHidden();
  expect(lab.asks.at(-1)?.messages.at(-1)?.content).toBe('Then that');
});

test('a stopped answer leaves the upstream at once and holds the queue', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'slow');
  await sendText(page, 'Count');
  await expect(page.getByRole('article')).toContainText('word3');
  await sendText(page, 'Waits');
  const queue = page.getByRole('region', { name: 'Waiting messages' });
  await expect(queue).toContainText('Waits');
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await lab.left();
  await expect(page.getByRole('article')).toContainText('Stopped.');
  await expect(queue).toContainText('the answer before it was stopped');
  expect(lab.asks).toHaveLength(1);
  await page.reload();
  await expect(queue).toContainText('the answer before it was stopped');
  await pick(page, 'fast');
  await queue.getByRole('button', { name: 'Send now' }).click();
  await expect(queue).toBeHidden();
  await expect.poll(() => lab.asks.length).toBe(2);
});

test('an answer shows its numbers and the chat its total', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'fast');
  await askLab(page, 'Hello');
  expect(lab.asks).toHaveLength(1);
  const numbers = page.getByRole('button', { name: 'Numbers of this answer' });
  await expect(numbers).toContainText('3 tokens');
  await numbers.click();
  const facts = page.getByRole('dialog', { name: 'Numbers of this answer' });
  await expect(facts).toContainText('lab/scripted-1'); // who really answered
  await expect(facts).toContainText(/Tokens in\s*7/);
  await expect(facts).toContainText(/Cost\s*unknown/);
  await expect(facts).toContainText(/Attempts\s*1/);
  await expect(page.getByText('cost unknown · 10 tokens')).toBeVisible();
  expect(readLedger(server.dataDir)).toMatchObject([{ cost_usd: null, input_tokens: 7 }]);
});
