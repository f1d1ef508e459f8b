import type { Keyword } from './script-types.ts';

/** What a day is made of. */
export const lifeKeywords: readonly Keyword[] = [
  {
    name: 'work',
    words: 'work job boss office career deadline meeting meetings manager customer customers fired',
    rank: 8,
    rules: [
      {
        pattern: '* my boss *',
        answers: [
          'What would you say to your boss if it had no consequences?',
          'Does your boss remind you of anybody?',
          'How would your boss tell the same story?',
        ],
        memories: ['Is your boss on your mind again?'],
      },
      {
        pattern: '* my job *',
        answers: ['What did you hope for when you took it?', 'What part of the job would you keep?'],
        memories: ['Does your job have a part in this?'],
      },
      {
        pattern: '*',
        answers: [
          'How much of you is in your work?',
          'What would you do if you did not have to work?',
          'Does work follow you home?',
          'Who at work knows how you feel?',
        ],
      },
    ],
  },
  {
    name: 'school',
    words: 'school exam exams university college teacher homework thesis study studying grades',
    rank: 7,
    rules: [
      {
        pattern: '*',
        answers: [
          'What would you like to have learned that nobody teaches?',
          'For whom are you doing it?',
          'What happens if it does not go well?',
          'When was learning last a pleasure to you?',
        ],
      },
    ],
  },
  {
    name: 'money',
    words: 'money rent debt debts salary afford expensive bills',
    rank: 7,
    rules: [
      {
        pattern: '*',
        answers: [
          'If money were no question, what would the question be?',
          'How was money spoken of where you grew up?',
          'What does it stand for, apart from what it buys?',
        ],
      },
    ],
  },
  {
    name: 'health',
    words: 'ill sick pain headache doctor hospital therapist medicine',
    rank: 7,
    rules: [
      {
        pattern: '*',
        answers: [
          'Have you talked to somebody who can really examine you? I can only listen.',
          'How does it change your days?',
          'What is hardest about it?',
        ],
      },
    ],
  },
  {
    name: 'childhood',
    words: 'childhood young younger grew grown youth born',
    rank: 6,
    rules: [
      {
        pattern: '*',
        answers: [
          'What picture comes up first when you think of that time?',
          'Who looked after you then?',
          'What of that child is still in you?',
        ],
      },
    ],
  },
  {
    name: 'time',
    words: 'yesterday today tomorrow tonight week weekend year future past',
    rank: 3,
    rules: [
      {
        pattern: '* tomorrow *',
        answers: ['What do you expect of tomorrow?', 'And what can you do about it today?'],
      },
      {
        pattern: '* yesterday *',
        answers: [
          'What has stayed with you from yesterday?',
          'If you could live yesterday again, what would you change?',
        ],
      },
      { pattern: '* today *', answers: ['What makes today different?', 'How would you like today to end?'] },
      {
        pattern: '*',
        answers: [{ type: 'next_keyword' }, 'How does time feel to you at the moment, fast or slow?'],
      },
    ],
  },
  {
    name: 'leisure',
    words: 'music song book books movie film game games football guitar piano travel',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'What do you find in it that everyday life does not give you?',
          'When did you first discover it?',
          'Do you share it with somebody?',
        ],
      },
    ],
  },
  {
    name: 'food',
    words: 'eat eating food hungry cook cooking coffee dinner breakfast lunch',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'Is it hunger, or something else that wants to be fed?',
          'Who sits at the table with you?',
          'What taste takes you straight back home?',
        ],
      },
    ],
  },
  {
    name: 'weather',
    words: 'weather rain raining rainy sunny snow winter summer autumn spring',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'And what is the weather like inside you?',
          'Does the season get to you?',
          'We could talk about the weather. Or about what it stands for.',
        ],
      },
    ],
  },
  {
    name: 'problem',
    words: 'problem problems trouble issue wrong difficult hard',
    rank: 4,
    rules: [
      {
        pattern: '*',
        answers: [
          'For whom is it a problem?',
          'What have you tried so far?',
          'Which part of it could you leave as it is?',
          'How will you know that it is solved?',
        ],
      },
    ],
  },
];
