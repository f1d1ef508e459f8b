import type { Keyword } from './script-types.ts';

/** What the person says they are, have, want, think and remember. */
export const selfKeywords: readonly Keyword[] = [
  {
    name: 'name',
    words: 'name called',
    rank: 15,
    rules: [
      {
        pattern: '* my name is +',
        answers: [
          'Good to meet you, $2. What brings you here?',
          'Thank you, $2. Names matter less to me than what you want to talk about.',
        ],
      },
      {
        pattern: '* your name *',
        answers: [
          'You may call me Eliza. What may I call you?',
          'Eliza, after a flower girl in a play. And you?',
        ],
      },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
  {
    name: 'remember',
    words: 'remember forget forgot memory memories',
    rank: 8,
    rules: [
      {
        pattern: '* i remember +',
        answers: [
          'What else comes back to you when you think of $2?',
          'Why do you think $2 comes to mind right now?',
          'Does remembering $2 change how you see today?',
        ],
      },
      {
        pattern: '* do you remember +',
        answers: [
          'Did you think I would forget $2?',
          'I keep what you tell me for as long as we talk. What about $2?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'Is it a memory you return to often?',
          'What would you rather keep, and what would you rather forget?',
        ],
      },
    ],
  },
  {
    name: 'dream',
    words: 'dream dreams dreamed dreamt nightmare nightmares',
    rank: 9,
    rules: [
      {
        pattern: '* i dreamed +',
        answers: [
          'What did you feel when you woke from that?',
          'Have you ever imagined $2 while you were awake?',
          'Had you dreamed $2 before?',
        ],
      },
      {
        pattern: '*',
        answers: [
          'What does that dream suggest to you?',
          'Who appears in your dreams?',
          'Do your dreams follow you into the day?',
        ],
      },
    ],
  },
  {
    name: 'want',
    words: '@want hope would',
    rank: 5,
    rules: [
      {
        pattern: '* i do not @want to +',
        answers: [
          'What would happen if you did not have to $3?',
          'Who says that you have to $3?',
          'What would you rather do than $3?',
        ],
      },
      {
        pattern: '* i would like to +',
        answers: ['What would be the first step?', 'Suppose nothing were in the way. Would you $2 at once?'],
      },
      {
        pattern: '* i would like +',
        answers: ['What would it give you to have $2?', 'Since when have you been looking for $2?'],
      },
      {
        pattern: '* i @want to +',
        answers: [
          'What keeps you from it?',
          'What would it mean to you to $3?',
          'Suppose you could $3 tomorrow. What then?',
          'Since when do you $2 to $3?',
        ],
        memories: ['Earlier you told me that you $2 to $3. Has that something to do with this?'],
      },
      {
        pattern: '* i @want +',
        answers: [
          'What would it give you to have $3?',
          'Why do you $2 $3?',
          'And if you never got $3?',
          'Who could give you $3?',
        ],
      },
      {
        pattern: '* you @want *',
        answers: ['We are here for what you want, not for what I do.', 'What makes you ask what I $2?'],
      },
      { pattern: '* would *', answers: [{ type: 'next_keyword' }] },
      { pattern: '*', answers: ['Whose wish is that?', 'What would be the first small step towards it?'] },
    ],
  },
  {
    name: 'think',
    words: '@believe',
    rank: 4,
    rules: [
      {
        pattern: '* do you @believe *',
        answers: ['What matters here is what you think.', 'I would rather hear your own answer first.'],
      },
      {
        pattern: '* i @believe +',
        answers: [
          'What makes you $2 $3?',
          'How sure are you that $3?',
          'And if it were not so?',
          'Would the people around you agree that $3?',
        ],
      },
      {
        pattern: '*',
        answers: ['What led you to think so?', 'Is that a thought of yours, or one you have heard?'],
      },
    ],
  },
  {
    name: 'cannot',
    words: 'cannot unable could',
    rank: 4,
    rules: [
      {
        pattern: '* i cannot +',
        answers: [
          'What would happen if you could $2?',
          'How do you know that you cannot $2?',
          'Have you tried to $2, or does it stop before that?',
          'What would you need in order to $2?',
        ],
      },
      { pattern: '* i could not +', answers: ['What stood in the way?', 'Would you be able to $2 today?'] },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
  {
    name: 'i',
    words: 'i',
    rank: 2,
    rules: [
      {
        pattern: '* i am not +',
        answers: [
          'What would be different if you were $2?',
          'Would you like to be $2?',
          'Who expects you to be $2?',
        ],
      },
      {
        pattern: '* i am +',
        answers: [
          'How long have you been $2?',
          'What is it like to be $2?',
          'Did you come to me because you are $2?',
          'Do you like being $2?',
          'Would others say that you are $2?',
        ],
      },
      {
        pattern: '* i was +',
        answers: [
          'Were you really $2?',
          'What has changed since you were $2?',
          'What do you think of it today, that you were $2?',
        ],
      },
      {
        pattern: '* i have to +',
        answers: [
          'Who says that you have to $2?',
          'What if you did not $2?',
          'Is it a duty, or a wish in disguise?',
        ],
      },
      {
        pattern: '* i have not +',
        answers: [
          'What has kept you from it?',
          'Does it weigh on you that you have not $2?',
          'Is there still time?',
        ],
      },
      {
        pattern: '* i have +',
        answers: [
          'What is it like to have $2?',
          'Since when have you had $2?',
          'What does it change that you have $2?',
        ],
        memories: ['You mentioned that you have $2. Would you like to come back to it?'],
      },
      {
        pattern: '* i do not +',
        answers: [
          'Why do you not $2?',
          'Is there a part of you that would like to $2?',
          'Does it trouble you that you do not $2?',
        ],
      },
      {
        pattern: '* i will +',
        answers: ['What makes you decide to $2?', 'What if it turns out differently?'],
      },
      { pattern: '* i would +', answers: ['What stops you?', 'Under what conditions would you $2?'] },
      {
        pattern: '* i + you *',
        answers: [
          'Do we perhaps $2 each other?',
          'And I, what do I do to you?',
          'What do you hope I will do in return?',
        ],
      },
      {
        pattern: '* i +',
        answers: [
          'You say that you $2. Tell me more.',
          'What is behind it, that you $2?',
          'What does it mean to you that you $2?',
        ],
      },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
  {
    name: 'my',
    words: 'my',
    rank: 3,
    rules: [
      {
        pattern: '* my + is +',
        answers: [
          'Since when is your $2 $3?',
          'What would it mean if your $2 were not $3?',
          'Why does it matter to you that your $2 is $3?',
        ],
        memories: ['You said that your $2 is $3. Is that still so?'],
      },
      {
        pattern: '* my +',
        answers: [
          'Your $2?',
          'Why do you bring up your $2?',
          'Does anything else come to mind when you think of your $2?',
          'What is it about your $2 that concerns you?',
        ],
        memories: [
          'Earlier you mentioned your $2.',
          'But your $2, what about that?',
          'Does that have anything to do with your $2?',
        ],
      },
      { pattern: '*', answers: [{ type: 'next_keyword' }] },
    ],
  },
];
