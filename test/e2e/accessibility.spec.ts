/// <reference lib="dom" />
import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { Page } from '@playwright/test';

import { pick, sendText, test } from './scripted-models.ts';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds, short enough to read in a report. */
async function findProblems(page: Page, except: string[] = []): Promise<string[]> {
  // Colours in the middle of a transition are nobody's.
  await page.evaluate(() =>
    Promise.all(document.getAnimations().map(animation => animation.finished.catch(() => null))),
  );
  const { violations } = await new AxeBuilder({ page }).withTags(wcag).disableRules(except).analyze();
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  );
}

/** Controls that are smaller than 24 by 24 px and not part of a sentence (WCAG 2.5.8). */
function findSmallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, a[href], input, select, textarea, summary, [role="option"]',
      ),
    ]
      .filter(element => element.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      // One that covers its row by a layer of its own is as large as the row.
      .filter(element => getComputedStyle(element, '::after').position !== 'absolute')
      // Marks of a chart are as small as their share; its table and the filters of the ledger lead to the same calls.
      .filter(element => !element.closest('[data-chart]'))
      // Its label is the target.
      .map(element => element.closest('label') ?? element)
      .filter(
        element => !(element.closest('p, li p, td p') && getComputedStyle(element).display === 'inline'),
      )
      .flatMap(element => {
        const { width, height } = element.getBoundingClientRect();
        const isHidden = width <= 1 || height <= 1;
        if (isHidden || (width >= 24 && height >= 24)) return [];
        return [
          `${String(Math.round(width))}x${String(Math.round(height))} ${element.outerHTML.slice(0, 120)}`,
        ];
      }),
  );
}

async function expectSound(page: Page, where: string, except: string[] = []): Promise<void> {
  expect.soft(await findProblems(page, except), where).toEqual([]);
  expect.soft(await findSmallTargets(page), `${where}: small targets`).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  expect.soft(overflow, `${where}: sideways scrolling`).toBeLessThanOrEqual(0);
}

const pages = ['Providers', 'Gateway', 'Usage', 'Settings'];
// Each page's own tests have the other pairs of colours and widths.
const looks = [
  { name: 'light', colorScheme: 'light', width: 1280, height: 800 },
  { name: 'dark and narrow', colorScheme: 'dark', width: 390, height: 800 },
] as const;

for (const { name, colorScheme, width, height } of looks) {
  test(`axe finds nothing in a chat, ${name}`, async ({ page, server, lab }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await page.goto(server.ui);
    await expect(page.getByRole('heading', { name: 'A new chat' })).toBeVisible();
    await expectSound(page, 'an empty chat');
    await pick(page, 'fast');
    await sendText(
      page,
      '# Title\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n```js\nconst a = 1; // one\n```\n\n> quote [link](https://a.test)',
    );
    await expect(page.getByRole('article').first()).toHaveAttribute('aria-busy', 'false');
    await pick(page, 'broken');
    await sendText(page, 'Hello');
    await expect(page.getByRole('article').last().getByRole('alert')).toBeVisible();
    await expectSound(page, 'answers and an error');
    expect(lab.asks.length).toBeGreaterThan(1);
    // In other looks looks.spec.ts looks at them.
    for (const each of name === 'light' ? [] : pages) {
      await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: each }).click();
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expectSound(page, each);
    }
  });

  test(`axe finds nothing in what opens, ${name}`, async ({ page, server, lab }) => {
    test.slow();
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await page.goto(server.ui);
    await pick(page, 'fast');
    await page.getByRole('button', { name: 'Add model' }).click();
    await page.getByRole('combobox', { name: 'Search models' }).fill('lab/broken');
    await page.keyboard.press('Enter');
    await sendText(page, 'Side by side');
    await expect(page.getByRole('article')).toHaveCount(2);
    await expect(page.getByRole('article').last()).toHaveAttribute('aria-busy', 'false');
    await expectSound(page, 'answers side by side');
    expect(lab.asks).toHaveLength(2);

    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    await expectSound(page, 'the palette');
    await page.keyboard.type('side');
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectSound(page, 'the palette with hits');
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();

    await page.keyboard.press('Control+/');
    await expectSound(page, 'the list of keys');
    await page.keyboard.press('Escape');
    await page.getByLabel('Model', { exact: true }).click();
    await expect(page.getByRole('option').first()).toBeVisible();
    await expectSound(page, 'the model picker');
    await page.keyboard.press('Escape');
    await page.getByRole('article').first().getByRole('button', { name: 'More actions' }).click();
    await expect(page.getByRole('menu')).toBeVisible();
    // An open menu lies in the body, outside of every landmark, as the pattern for menus has it.
    await expectSound(page, 'a menu', ['region']);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Control+f');
    await expectSound(page, 'finding in the thread');
    await page.keyboard.press('Escape');
  });
}

test('answers are announced at their beginning and end, not word by word', async ({ page, server, lab }) => {
  await page.goto(server.ui);
  await pick(page, 'slow');
  const news = page.locator('[data-answer-news]');
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const region = document.querySelector('[data-answer-news]');
    if (region)
      new MutationObserver(() => said.push(region.textContent)).observe(region, {
        subtree: true,
        childList: true,
        characterData: true,
      });
  });
  await sendText(page, 'Count');
  await expect(news).toHaveText('lab/slow is answering.');
  await expect(page.getByRole('article')).toContainText('word3');
  lab.finish();
  await expect(news).toHaveText('The answer is complete.');
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said); // put there above
  expect(said).toEqual(['lab/slow is answering.', 'The answer is complete.']);
  expect(await page.locator('[aria-live]:has(article), [role=log]:has(article)').count()).toBe(0);
});

test('a dialog keeps the focus inside and gives it back', async ({ page, server, lab: _lab }) => {
  await page.goto(server.ui);
  const model = page.getByLabel('Model', { exact: true });
  await expect(model).toContainText('fast');
  for (const open of ['Control+k', 'Control+/']) {
    await model.focus();
    await page.keyboard.press(open);
    const dialog = page.getByRole('dialog');
    await expect(dialog).toBeVisible();
    for (let step = 0; step < 8; step += 1) {
      await page.keyboard.press('Tab');
      // At the end the focus goes round by way of a guard that stands beside the dialog.
      await expect
        .poll(() => page.evaluate(() => document.activeElement?.closest('[role=dialog]') !== null))
        .toBe(true);
    }
    await page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    await expect(model).toBeFocused();
  }
});

test('every stop of the Tab key is seen and has a name', async ({ page, server, lab: _lab }) => {
  await page.goto(server.ui);
  for (const each of ['Chat', ...pages]) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: each }).click();
    const stops: { name: string; isShown: boolean; isInView: boolean }[] = [];
    for (let step = 0; step < 25; step += 1) {
      await page.keyboard.press('Tab');
      stops.push(
        await page.evaluate(() => {
          const focused = document.activeElement as HTMLElement; // the body, at least
          // A field inside of a frame shows the focus on the frame.
          const frames = [focused, focused.parentElement, focused.parentElement?.parentElement];
          const shown = frames.map(one => {
            const style = one ? getComputedStyle(one) : undefined;
            const hasOutline =
              style !== undefined && style.outlineStyle !== 'none' && style.outlineWidth !== '0px';
            return hasOutline || (style?.boxShadow.includes('0px 0px 0px 1px') ?? false);
          });
          const { width, height, bottom, top } = focused.getBoundingClientRect();
          return {
            name: focused.outerHTML.slice(0, 160),
            isShown: focused === document.body || shown.includes(true),
            isInView:
              focused === document.body || (width > 0 && height > 0 && bottom > 0 && top < innerHeight),
          };
        }),
      );
    }
    expect
      .soft(
        stops.filter(({ isInView }) => !isInView),
        each,
      )
      .toEqual([]);
    expect
      .soft(
        stops.filter(({ isShown }) => !isShown),
        each,
      )
      .toEqual([]);
  }
});

test('at 200 % nothing is lost', async ({ page, server, lab: _lab }) => {
  // 1280 px at 200 % are 640; a window of 720 px height has 360.
  await page.setViewportSize({ width: 640, height: 360 });
  await page.goto(server.ui);
  await expect(page.getByRole('button', { name: 'Send' })).toBeInViewport({ ratio: 1 });
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeInViewport({ ratio: 1 });
  for (const each of pages) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: each }).click();
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, each).toBeLessThanOrEqual(0);
  }
});

test('whoever asks for less motion gets none', async ({ page, server, lab }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(server.ui);
  await pick(page, 'slow');
  await sendText(page, 'Count');
  await expect(page.getByRole('article')).toContainText('word1');
  const longest = await page.evaluate(() =>
    Math.max(
      0,
      ...document.getAnimations().map(({ effect }) => Number(effect?.getComputedTiming().endTime ?? 0)),
    ),
  );
  expect(longest).toBeLessThan(50);
  lab.finish();
});

test('a language is chosen in the settings and kept', async ({ page, server, lab: _lab }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
  await expect(page).toHaveTitle('Einstellungen · Parley');
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  await page.reload();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Einstellungen');
  await page.getByRole('radio', { name: '简体中文' }).check();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('设置');
  await expect(page.locator('html')).toHaveAttribute('lang', 'zh-Hans');
  await page.getByRole('radio', { name: '系统语言' }).check();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Settings');
});

test('the page can run from right to left', async ({ page, server, lab: _lab }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  await page.getByRole('radio', { name: 'Right to left' }).check();
  await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  await page.reload();
  const rail = page.getByRole('navigation', { name: 'Main' });
  for (const each of ['Chat', ...pages]) {
    await rail.getByRole('link', { name: each }).click();
    const box = await rail.boundingBox();
    expect(Math.round((box?.x ?? 0) + (box?.width ?? 0)), each).toBe(1280);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, each).toBeLessThanOrEqual(0);
  }
});

test('compact takes less room, and is kept', async ({ page, server, lab: _lab }) => {
  await page.goto(server.ui);
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('tab', { name: 'Appearance' }).click();
  const height = () =>
    page.getByRole('radio', { name: 'Compact' }).evaluate(radio => radio.closest('label')?.offsetHeight);
  const before = await height();
  await page.getByRole('radio', { name: 'Compact' }).check();
  expect(await height()).toBeLessThan(before ?? 0);
  await page.reload();
  await expect(page.getByRole('radio', { name: 'Compact' })).toBeChecked();
  for (const each of ['Chat', 'Settings']) {
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: each }).click();
    expect(await findSmallTargets(page), each).toEqual([]);
  }
});
